/**
 * What Kafka says of a text that is no UUID.
 *
 * @module
 */

/** The characters of a UUID in base64, with what pads it. */
const LONGEST = 24;

/** The message of Kafka's `Uuid.fromString`. */
export function uuidProblem(text: string): string {
  if (text.length > LONGEST) {
    const short = text.slice(0, LONGEST);
    return `Input string with prefix \`${short}\` is too long to be decoded as a base64 UUID`;
  }
  if (text.length === 1) return "Input byte[] should at least have 2 bytes for base64 bytes";
  const illegal = /[^\w=-]/.exec(text);
  if (illegal !== null) {
    return `Illegal base64 character ${illegal[0].charCodeAt(0).toString(16)}`;
  }
  if (text.length % 4 === 1) return "Last unit does not have enough valid bits";
  const bytes = Math.floor(text.length * 6 / 8);
  return `Input string \`${text}\` decoded as ${bytes} bytes, which is not equal to the expected 16 bytes of a base64-encoded UUID`;
}
