/**
 * Requests of clients that only the active controller can answer, when that is another node (KIP-590).
 *
 * @module
 */

import { errorName, KafkaError } from "../../client/protocol/error_codes.ts";
import type { Api } from "../../client/protocol/api.ts";
import { responseHeaderVersion } from "../../client/protocol/api_keys.ts";
import { encodeRequest, FRAME_SIZE_BYTES } from "../../client/protocol/framing.ts";
import { decodeResponseHeader } from "../../client/protocol/headers.ts";
import {
  envelope,
  type EnvelopeRequest,
  type EnvelopeResponse,
} from "../../client/protocol/messages/envelope.ts";
import type { Logger } from "../../storage/env.ts";
import { decode, type Draft } from "../../storage/message/message_codec.ts";
import { ProtocolError } from "../../storage/message/protocol_error.ts";
import type { ApiHandler, RequestContext } from "./api_handler.ts";
import type { ControllerChannel } from "./controller_channel.ts";
import { addressBytes } from "./ip_address.ts";
import { encodePrincipal } from "./kafka_principal.ts";

/** What a {@linkcode ForwardingManager} is made of. */
export interface ForwardingManagerOptions {
  /** To the active controller. */
  readonly channel: Pick<ControllerChannel, "send">;
  /** Whether the active controller is this node's: then there is nothing to forward. */
  readonly isControllerHere: () => boolean;
  /** Where to say why a request could not be forwarded. */
  readonly logger: Logger;
}

/** Sends requests on to the active controller, as they came and with whom they came from (Kafka's `ForwardingManagerImpl`). */
export class ForwardingManager {
  readonly #options: ForwardingManagerOptions;

  /** Forwards over a channel. */
  constructor(options: ForwardingManagerOptions) {
    this.#options = options;
  }

  /** Whether another node has to be asked. */
  get isNeeded(): boolean {
    return !this.#options.isControllerHere();
  }

  /** Has the active controller answer: this node's by `handler`, another one by a forwarded request. */
  around<Req, Res>(handler: ApiHandler<Req, Res>): ApiHandler<Req, Res> {
    const forward = async (context: RequestContext) =>
      await this.forward(handler.api, context) as Draft<Res>;
    return {
      ...handler,
      handle: (request, context) => {
        if (this.isNeeded) return forward(context);
        const answer = handler.handle(request, context);
        if (!(answer instanceof Promise)) return answer;
        // It has been the controller's until just now.
        return answer.catch((error) => {
          if (!(error instanceof KafkaError) || error.code !== "NOT_CONTROLLER") throw error;
          return forward(context);
        });
      },
    };
  }

  /**
   * Has the active controller answer a request.
   *
   * @param context of the request as it came
   * @param request another content. Default: the one that it came with
   * @throws {KafkaError} `REQUEST_TIMED_OUT` when no controller answers in time, `UNKNOWN_SERVER_ERROR` when the controller does not take it from
   * this broker
   * @throws {ProtocolError} when the controller lacks the version: the client has to ask for the versions anew
   */
  async forward<Req, Res>(
    api: Api<Req, Res>,
    context: RequestContext,
    request?: Draft<Req>,
  ): Promise<Res> {
    const { apiVersion, principal, clientHost, frame } = context;
    const requestData = request === undefined
      ? frame
      : encodeRequest(api, apiVersion, context, request).subarray(FRAME_SIZE_BYTES);
    const { errorCode, responseData } = await this.#send({
      requestData,
      requestPrincipal: encodePrincipal(principal),
      clientHostAddress: addressBytes(clientHost),
    }, api);
    const error = errorName(errorCode);
    if (error === "UNSUPPORTED_VERSION") {
      throw new ProtocolError(
        `The controller does not take ${api.name} of version ${apiVersion} any more`,
      );
    }
    if (error !== "NONE" || responseData === null) {
      this.#tell(api, { error });
      throw new KafkaError("UNKNOWN_SERVER_ERROR");
    }
    try {
      const { bodyAt } = decodeResponseHeader(responseHeaderVersion(api, apiVersion), responseData);
      return decode(api.response, apiVersion, responseData, bodyAt);
    } catch (error) {
      // Not the client's fault.
      this.#tell(api, { error });
      throw new KafkaError("UNKNOWN_SERVER_ERROR");
    }
  }

  async #send(
    request: EnvelopeRequest,
    api: { readonly name: string },
  ): Promise<EnvelopeResponse> {
    try {
      return await this.#options.channel.send(envelope, request);
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error;
      this.#tell(api, { error });
      if (error.code === "REQUEST_TIMED_OUT") throw new KafkaError("REQUEST_TIMED_OUT");
      throw new KafkaError("UNKNOWN_SERVER_ERROR");
    }
  }

  #tell(api: { readonly name: string }, fields: Readonly<Record<string, unknown>>): void {
    this.#options.logger.write("warn", "Failed to forward a request to the controller", {
      api: api.name,
      ...fields,
    });
  }
}
