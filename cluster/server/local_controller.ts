/**
 * The controller of this process, spoken to without a network.
 *
 * @module
 */

import { MemoryPool } from "../../client/network/memory_pool.ts";
import { NetworkError } from "../../client/network/transport.ts";
import type { Api } from "../../client/protocol/api.ts";
import { responseHeaderVersion, supportedVersions } from "../../client/protocol/api_keys.ts";
import { encodeRequest, FRAME_SIZE_BYTES } from "../../client/protocol/framing.ts";
import { decodeResponseHeader } from "../../client/protocol/headers.ts";
import { decode, type Draft } from "../../storage/message/message_codec.ts";
import type { RequestSource } from "./api_handler.ts";
import { ANONYMOUS } from "./kafka_principal.ts";
import type { RequestDispatcher } from "./request_dispatcher.ts";

/** Whom the controller's handlers take this node for. */
const SOURCE: Omit<RequestSource, "listenerName"> = {
  connectionId: "in-process",
  clientHost: "127.0.0.1",
  principal: ANONYMOUS,
  session: { clientSoftwareName: "seglog", clientSoftwareVersion: "0.1.0" },
};
/** An answer's memory is whoever's asked for it: nothing comes back. */
const NO_POOL = new MemoryPool(0);

/** What a {@linkcode LocalController} is made of. */
export interface LocalControllerOptions {
  /** Id of the node. */
  readonly nodeId: number;
  /** The listener that the requests seem to come over. */
  readonly listenerName: string;
  /** Has the controller's handlers. */
  readonly dispatcher: Pick<RequestDispatcher, "dispatch">;
}

/** Hands requests to the controller's handlers. They are bytes in between, so that nothing is different from a request over the network. */
export class LocalController {
  readonly #options: LocalControllerOptions;
  readonly #source: RequestSource;

  /** Speaks as the node itself. */
  constructor(options: LocalControllerOptions) {
    this.#options = options;
    this.#source = { ...SOURCE, listenerName: options.listenerName };
  }

  /** Id of the node. */
  get nodeId(): number {
    return this.#options.nodeId;
  }

  /**
   * Asks, and waits for the answer.
   *
   * @throws {ProtocolError} when the controller does not take such a request
   * @throws {NetworkError} when the handler would have ended a connection
   */
  async send<Req, Res>(api: Api<Req, Res>, draft: Draft<Req>): Promise<Res> {
    const { highest: version } = supportedVersions(api);
    const clientId = String(this.nodeId);
    const frame = encodeRequest(api, version, { correlationId: 0, clientId }, draft)
      .subarray(FRAME_SIZE_BYTES);
    const answer = await this.#options.dispatcher.dispatch(frame, this.#source, NO_POOL);
    if (!(answer instanceof Uint8Array)) {
      throw new NetworkError("disconnected", `The controller did not answer ${api.name}`);
    }
    const { bodyAt } = decodeResponseHeader(
      responseHeaderVersion(api, version),
      answer,
      FRAME_SIZE_BYTES,
    );
    return decode(api.response, version, answer, bodyAt);
  }
}
