/**
 * Envelope (58): a broker brings the request of one of its clients (KIP-590). Version 0.
 *
 * @module
 */

import { MemoryPool } from "../../../client/network/memory_pool.ts";
import { apiByKey, apiName, responseHeaderVersion } from "../../../client/protocol/api_keys.ts";
import { errorCode, KafkaError } from "../../../client/protocol/error_codes.ts";
import { FRAME_SIZE_BYTES } from "../../../client/protocol/framing.ts";
import {
  decodeRequestHeader,
  decodeResponseHeader,
  type RequestHeader,
} from "../../../client/protocol/headers.ts";
import { describeQuorum } from "../../../client/protocol/messages/describe_quorum.ts";
import {
  envelope as api,
  type EnvelopeRequest,
  type EnvelopeResponse,
} from "../../../client/protocol/messages/envelope.ts";
import { decode } from "../../../storage/message/message_codec.ts";
import { ProtocolError } from "../../../storage/message/protocol_error.ts";
import type { ApiHandler, RequestContext } from "../api_handler.ts";
import { isForwardable } from "../forwardable_apis.ts";
import { addressOf } from "../ip_address.ts";
import { decodePrincipal } from "../kafka_principal.ts";
import type { RequestDispatcher } from "../request_dispatcher.ts";
import { hasError } from "../response_errors.ts";

/** Answers are sent on inside another one: their memory does not come back. */
const NO_POOL = new MemoryPool(0);

/**
 * Answers Envelope: has the request inside handled as if its client had come here, and puts the answer into another envelope. Only listeners of
 * controllers have this handler.
 */
export function envelopeHandler(
  { dispatcher }: { readonly dispatcher: Pick<RequestDispatcher, "dispatch"> },
): ApiHandler<EnvelopeRequest, EnvelopeResponse> {
  return {
    api,
    handle: async (request, context) => {
      const principal = orRefuse(
        "PRINCIPAL_DESERIALIZATION_FAILURE",
        "Failed to deserialize client principal from envelope",
        () => decodePrincipal(request.requestPrincipal ?? new Uint8Array(0)),
      );
      const clientHost = orRefuse(
        "INVALID_REQUEST",
        "Failed to parse client address from envelope",
        () => addressOf(request.clientHostAddress),
      );
      const { requestData } = request;
      const header = orRefuse(
        "UNSUPPORTED_VERSION",
        "Failed to parse request header from envelope",
        () => decodeRequestHeader(requestData),
      );
      if (!isForwardable(header.requestApiKey)) {
        throw new KafkaError(
          "INVALID_REQUEST",
          `API ${apiName(header.requestApiKey)} is not enabled or is not eligible for forwarding`,
        );
      }
      const answer = await answerOf(dispatcher, requestData, { ...context, principal, clientHost });
      return isNotController(header, answer)
        ? { errorCode: errorCode("NOT_CONTROLLER") }
        : { responseData: answer };
    },
    onError: (_request, error) => ({ errorCode: errorCode(error) }),
  };
}

function orRefuse<T>(
  error: "PRINCIPAL_DESERIALIZATION_FAILURE" | "INVALID_REQUEST" | "UNSUPPORTED_VERSION",
  message: string,
  read: () => T,
): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof ProtocolError)) throw cause;
    throw new KafkaError(error, message, { cause });
  }
}

/** Header and body of the answer. */
async function answerOf(
  dispatcher: Pick<RequestDispatcher, "dispatch">,
  frame: Uint8Array,
  { listenerName, connectionId, clientHost, principal }: RequestContext,
): Promise<Uint8Array> {
  // What the client's library is, is told to its broker alone.
  const session = { clientSoftwareName: "unknown", clientSoftwareVersion: "unknown" };
  const source = { listenerName, connectionId, clientHost, principal, session };
  try {
    const answer = await dispatcher.dispatch(frame, source, NO_POOL);
    if (answer instanceof Uint8Array) return answer.subarray(FRAME_SIZE_BYTES);
  } catch (cause) {
    if (!(cause instanceof ProtocolError)) throw cause;
    throw new KafkaError("UNSUPPORTED_VERSION", "Failed to parse forwarded request", { cause });
  }
  throw new KafkaError("UNKNOWN_SERVER_ERROR");
}

/** Whether the broker has to ask another controller. Of a quorum, only its leader can tell. */
function isNotController(
  { requestApiKey, requestApiVersion }: RequestHeader,
  answer: Uint8Array,
): boolean {
  const inner = apiByKey(requestApiKey)!;
  const { bodyAt } = decodeResponseHeader(responseHeaderVersion(inner, requestApiVersion), answer);
  const response = decode(inner.response, requestApiVersion, answer, bodyAt);
  return hasError(
    response,
    inner.key === describeQuorum.key ? "NOT_LEADER_OR_FOLLOWER" : "NOT_CONTROLLER",
  );
}
