/**
 * From the frame of a request to the frame of its response.
 *
 * @module
 */

import {
  announcedVersions,
  apiByKey,
  type ApiVersionRange,
  isVersionSupported,
  supportedVersions,
} from "../../client/protocol/api_keys.ts";
import {
  errorCode,
  type ErrorName,
  isErrorName,
  KafkaError,
} from "../../client/protocol/error_codes.ts";
import { encodeResponse } from "../../client/protocol/framing.ts";
import { decodeRequestHeader } from "../../client/protocol/headers.ts";
import type { Connection } from "../../client/network/transport.ts";
import type { Env } from "../../storage/env.ts";
import { StorageError } from "../../storage/errors.ts";
import { decodePrefix } from "../../storage/message/message_codec.ts";
import { ProtocolError } from "../../storage/message/protocol_error.ts";
import {
  type Answer,
  type AnyApiHandler,
  CLOSE_CONNECTION,
  NO_RESPONSE,
  type RequestContext,
  type RequestSource,
} from "./api_handler.ts";
import { ANONYMOUS } from "./kafka_principal.ts";
import type { MemoryPool } from "../../client/network/memory_pool.ts";
import type { FrameHandler, Outcome } from "./processor.ts";

const API_VERSIONS = 18;
/** Smaller responses get memory of their own: that costs less than to keep account of it. */
const POOLED_SIZE = 2048;

/** Sees every request before its handler does, and may answer in its place: for tests of those who use a broker. */
export interface RequestHook {
  /** Decides on a request. */
  before(request: unknown, context: RequestContext): HookDecision | Promise<HookDecision>;
}

/** What becomes of a request. */
export type HookDecision =
  | { readonly kind: "pass" }
  | { readonly kind: "answer"; readonly error: ErrorName }
  | { readonly kind: "drop" }
  | { readonly kind: "drop-after" };

/** Where requests of a connection come from. */
export interface ConnectionInfo {
  /** Name of the listener. */
  readonly listenerName: string;
  /** How the logs name the connection. */
  readonly connectionId: string;
  /** The connection. */
  readonly connection: Connection;
}

/** What a dispatcher is made of. */
export interface RequestDispatcherOptions {
  /** The world. */
  readonly env: Env;
  /** The handlers; an API without one is unknown here. */
  readonly handlers: readonly AnyApiHandler[];
  /** Looks at requests first. Default: nobody. */
  readonly hook?: RequestHook | undefined;
}

/** Decodes requests, has them handled, and encodes what comes back. */
export class RequestDispatcher {
  readonly #env: Env;
  readonly #handlers = new Map<number, AnyApiHandler>();
  readonly #hook: RequestHook | undefined;

  /** Has a handler for each API at most. */
  constructor({ env, handlers, hook }: RequestDispatcherOptions) {
    this.#env = env;
    this.#hook = hook;
    for (const handler of handlers) this.#handlers.set(handler.api.key, handler);
  }

  /** What answers the requests of one connection. */
  forConnection({ listenerName, connectionId, connection }: ConnectionInfo): FrameHandler {
    const source: RequestSource = {
      listenerName,
      connectionId,
      clientHost: connection.remoteAddress.host,
      principal: ANONYMOUS,
      session: { clientSoftwareName: "unknown", clientSoftwareVersion: "unknown" },
    };
    return (frame, pool) => this.dispatch(frame, source, pool);
  }

  /**
   * Handles a request.
   *
   * @param frame header and body; good until the answer is there
   * @param pool where the answer's memory may be from
   * @throws {ProtocolError} for a frame that is no request, or one that is not served here: nobody can tell what the client waits for
   */
  dispatch(
    frame: Uint8Array,
    source: RequestSource,
    pool: MemoryPool,
  ): Outcome | Promise<Outcome> {
    const header = decodeRequestHeader(frame);
    const { requestApiKey: apiKey, requestApiVersion: apiVersion, correlationId } = header;
    const handler = this.#handlers.get(apiKey);
    if (handler === undefined) {
      throw new ProtocolError(
        `Received request for disabled api with key ${apiKey} (${apiByKey(apiKey)!.name}) ` +
          `and version ${apiVersion}`,
      );
    }
    const { api } = handler;
    if (!isServed(handler, apiVersion)) {
      if (apiKey === API_VERSIONS) return this.#unsupportedApiVersions(handler, correlationId);
      throw new ProtocolError(
        `Received request for api with key ${apiKey} (${api.name}) and unsupported version ${apiVersion}`,
      );
    }
    const context: RequestContext = {
      apiKey,
      apiVersion,
      correlationId,
      clientId: header.clientId,
      listenerName: source.listenerName,
      connectionId: source.connectionId,
      clientHost: source.clientHost,
      principal: source.principal,
      session: source.session,
      frame,
    };
    const request = decodeRequest(handler, context, header.bodyAt);
    const call: Call = { handler, request, context, pool };
    return this.#hook === undefined ? this.#handle(call) : this.#hooked(this.#hook, call);
  }

  #handle(call: Call): Outcome | Promise<Outcome> {
    try {
      const answer = call.handler.handle(call.request, call.context);
      return answer instanceof Promise ? this.#later(answer, call) : encodeAnswer(answer, call);
    } catch (error) {
      return this.#failed(call, error);
    }
  }

  async #later(answer: Promise<Answer<unknown>>, call: Call): Promise<Outcome> {
    try {
      return encodeAnswer(await answer, call);
    } catch (error) {
      return this.#failed(call, error);
    }
  }

  async #hooked(hook: RequestHook, call: Call): Promise<Outcome> {
    const { handler, request, context, pool } = call;
    const decision = await hook.before(request, context);
    switch (decision.kind) {
      case "drop":
        return "close";
      case "answer":
        return encodeAnswer(
          handler.onError(request, decision.error, undefined, context.apiVersion),
          call,
        );
      case "drop-after": {
        const outcome = await this.#handle(call);
        if (outcome instanceof Uint8Array) pool.give(outcome);
        return "close";
      }
      case "pass":
        return await this.#handle(call);
    }
  }

  /**
   * @throws {ProtocolError} when the error is that: then the request has bytes in it that are not what they should be
   */
  #failed(call: Call, error: unknown): Outcome {
    if (error instanceof ProtocolError) throw error;
    const { name, message } = this.#errorOf(call.handler, call.context, error);
    const { handler, request, context: { apiVersion } } = call;
    return encodeAnswer(handler.onError(request, name, message, apiVersion), call);
  }

  #errorOf(
    handler: AnyApiHandler,
    { connectionId, clientId }: RequestContext,
    error: unknown,
  ): { name: ErrorName; message?: string } {
    if (error instanceof KafkaError) return { name: error.code, message: error.message };
    if (error instanceof StorageError && isErrorName(error.code)) {
      return { name: error.code, message: error.message };
    }
    this.#env.logger.write("error", "Failed to handle a request", {
      api: handler.api.name,
      connection: connectionId,
      clientId,
      error,
    });
    return { name: "UNKNOWN_SERVER_ERROR" };
  }

  /** The one answer that every client can read: version 0, with the versions of ApiVersions itself (KIP-511). */
  #unsupportedApiVersions({ api }: AnyApiHandler, correlationId: number): Outcome {
    const { lowest: minVersion, highest: maxVersion } = supportedVersions(api);
    return encodeResponse(api, 0, correlationId, {
      errorCode: errorCode("UNSUPPORTED_VERSION"),
      apiKeys: [{ apiKey: API_VERSIONS, minVersion, maxVersion }],
    } as object);
  }
}

/** A request and what it takes to answer it. */
interface Call {
  readonly handler: AnyApiHandler;
  readonly request: unknown;
  readonly context: RequestContext;
  readonly pool: MemoryPool;
}

function decodeRequest(
  { api }: AnyApiHandler,
  { apiVersion, frame, connectionId, listenerName }: RequestContext,
  at: number,
): unknown {
  try {
    // As Kafka, past what may lie behind the request: librdkafka's Metadata request of version 13 has three bytes too many.
    return decodePrefix(api.request, apiVersion, frame, at).value;
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const where = `connectionId: ${connectionId}, listenerName: ${listenerName}`;
    throw new ProtocolError(
      `Error getting request for apiKey: ${api.name}, apiVersion: ${apiVersion}, ${where}: ` +
        error.message,
      { cause: error },
    );
  }
}

function encodeAnswer(
  answer: Answer<unknown>,
  { handler, context, pool }: Call,
): Outcome {
  if (answer === NO_RESPONSE) return undefined;
  if (answer === CLOSE_CONNECTION) return "close";
  let lent: Uint8Array | undefined;
  try {
    return encodeResponse(
      handler.api,
      context.apiVersion,
      context.correlationId,
      answer as object,
      (length) =>
        length < POOLED_SIZE
          ? new Uint8Array(length)
          : (lent = pool.take(length)).subarray(0, length) as Uint8Array<ArrayBuffer>,
    );
  } catch (error) {
    if (lent !== undefined) pool.give(lent);
    // Not the client's fault: what the handler answered cannot be said in this version.
    throw error instanceof ProtocolError
      ? new Error(`Failed to encode a response: ${error.message}`, { cause: error })
      : error;
  }
}

function isServed({ api, versions }: AnyApiHandler, version: number): boolean {
  return isVersionSupported(api, version) &&
    (versions === undefined || (version >= versions.lowest && version <= versions.highest));
}

/** The APIs of handlers, as ApiVersions tells them: by number, without those that are not told of. */
export function announcedApis(handlers: readonly AnyApiHandler[]): ApiVersionRange[] {
  return handlers.filter(({ isHidden }) => isHidden !== true).map(({ api, versions }) =>
    versions === undefined
      ? announcedVersions(api)
      : { apiKey: api.key, minVersion: versions.lowest, maxVersion: versions.highest }
  ).sort((a, b) => a.apiKey - b.apiKey);
}
