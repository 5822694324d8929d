/** All bytes of a stream. */
export async function toBytes(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** All bytes of a stream. */
export async function toArrayBuffer(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): Promise<ArrayBuffer> {
  return await new Response(stream).arrayBuffer();
}

/** All text of a stream of text or of its bytes in UTF-8. */
export async function toText(
  stream: ReadableStream<string> | ReadableStream<Uint8Array>,
): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream as ReadableStream<string | Uint8Array>) {
    text += typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** The JSON value that a stream holds. */
export async function toJson(
  stream: ReadableStream<string> | ReadableStream<Uint8Array>,
): Promise<unknown> {
  return JSON.parse(await toText(stream));
}

/** All bytes of a stream, as a blob. */
export async function toBlob(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<Blob> {
  return await new Response(stream).blob();
}
