/**
 * What stands between a decoded request and the answer to it.
 *
 * @module
 */

import type { Api } from "../../client/protocol/api.ts";
import type { ErrorName } from "../../client/protocol/error_codes.ts";
import type { KafkaPrincipal } from "./kafka_principal.ts";
import type { Draft } from "../../storage/message/message_codec.ts";

/** What a connection has told about its client; it lives as long as the connection. */
export interface ConnectionSession {
  /** Name of the client's library, by its ApiVersions request; `unknown` before. */
  clientSoftwareName: string;
  /** Version of that library. */
  clientSoftwareVersion: string;
}

/** Who sends requests, and over what. */
export interface RequestSource {
  /** The listener that the client is connected to. */
  readonly listenerName: string;
  /** The connection, as Kafka's logs name it. */
  readonly connectionId: string;
  /** The client's address. */
  readonly clientHost: string;
  /** Who the client is. */
  readonly principal: KafkaPrincipal;
  /** What is known of the client. */
  readonly session: ConnectionSession;
}

/** A request without its content. */
export interface RequestContext extends RequestSource {
  /** Number of the API. */
  readonly apiKey: number;
  /** Version of the API that the client speaks. */
  readonly apiVersion: number;
  /** The client's number of the request. */
  readonly correlationId: number;
  /** What the client calls itself. */
  readonly clientId: string | null;
  /**
   * The bytes of the request, of which byte strings in it are views. The memory is used again: it is good until the handler's answer is there,
   * at once or when its promise is fulfilled. One that keeps something for longer has to copy it.
   */
  readonly frame: Uint8Array;
}

/** The answer of a request that wants none. */
export const NO_RESPONSE: unique symbol = Symbol("no response");
/** The answer that ends the connection, which is how a producer that wants no answers learns of an error. */
export const CLOSE_CONNECTION: unique symbol = Symbol("close the connection");

/** What a handler answers. */
export type Answer<Res> = Draft<Res> | typeof NO_RESPONSE | typeof CLOSE_CONNECTION;

/** Answers the requests of one API. */
export interface ApiHandler<Req, Res> {
  /** The API. */
  readonly api: Api<Req, Res>;
  /** Versions that are answered, when they are fewer than the API has. */
  readonly versions?: { readonly lowest: number; readonly highest: number };
  /** Answers: at once when it can, so that a quick request costs no turn of the event loop. */
  handle(request: Req, context: RequestContext): Answer<Res> | Promise<Answer<Res>>;
  /** Whether ApiVersions says nothing of it, as Kafka's does of the telemetry of clients while nothing takes it. */
  readonly isHidden?: boolean;
  /**
   * The response that says the whole request failed; a client that waits for none is told by the end of the connection.
   *
   * @param apiVersion version of the request, where old responses have less to say; default: the highest
   */
  onError(request: Req, error: ErrorName, message?: string, apiVersion?: number): Answer<Res>;
}

/** A handler of whatever API. */
// deno-lint-ignore no-explicit-any
export type AnyApiHandler = ApiHandler<any, any>;
