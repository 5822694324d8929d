/**
 * Who sends a request.
 *
 * @module
 */

import { readInt16 } from "../../storage/bytes/byte_reader.ts";
import { writeInt16 } from "../../storage/bytes/byte_writer.ts";
import {
  decode,
  encodedSize,
  encodeInto,
  type Message,
  message,
} from "../../storage/message/message_codec.ts";
import { ProtocolError } from "../../storage/message/protocol_error.ts";

/** A user, or whatever else has authenticated (Kafka's `KafkaPrincipal`). */
export interface KafkaPrincipal {
  /** What kind it is: `User`. */
  readonly type: string;
  /** Its name. */
  readonly name: string;
  /** Whether a delegation token stands for it. */
  readonly tokenAuthenticated: boolean;
}

/** Who has not authenticated. */
export const ANONYMOUS: KafkaPrincipal = {
  type: "User",
  name: "ANONYMOUS",
  tokenAuthenticated: false,
};

const VERSION_BYTES = 2;
const VERSION = 0;

/** A principal on its way to a controller. */
export const principalData: Message<KafkaPrincipal> = message<KafkaPrincipal>(`
@DefaultPrincipalData - 0 flexible 0+
type string
name string
tokenAuthenticated bool
`);

/** A principal as brokers send it to controllers: an int16 with the version, then the message (`DefaultKafkaPrincipalBuilder`). */
export function encodePrincipal(principal: KafkaPrincipal): Uint8Array {
  const bytes = new Uint8Array(VERSION_BYTES + encodedSize(principalData, VERSION, principal));
  writeInt16(bytes, 0, VERSION);
  encodeInto(principalData, VERSION, principal, bytes, VERSION_BYTES);
  return bytes;
}

/**
 * Reads what {@linkcode encodePrincipal} writes.
 *
 * @throws {ProtocolError} for bytes that are no principal
 */
export function decodePrincipal(bytes: Uint8Array): KafkaPrincipal {
  if (bytes.length < VERSION_BYTES) throw new ProtocolError("No principal: no version");
  const version = readInt16(bytes, 0);
  if (version !== VERSION) throw new ProtocolError(`Invalid principal data version ${version}`);
  return decode(principalData, version, bytes, VERSION_BYTES);
}
