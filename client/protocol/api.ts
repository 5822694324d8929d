/**
 * What the protocol knows of one API.
 *
 * @module
 */

import type { Message } from "../../storage/message/message_codec.ts";

/** One API: a request, the response to it, and the number that tells them on the wire. */
export interface Api<Req, Res> {
  /** Number of the API. */
  readonly key: number;
  /** Kafka's name of the API. */
  readonly name: string;
  /** What a client sends. */
  readonly request: Message<Req>;
  /** What it gets. */
  readonly response: Message<Res>;
}
