/** One stream that takes a chunk of each in turn, until all have ended. */
export function zipReadableStreams<T>(...streams: ReadableStream<T>[]): ReadableStream<T> {
  const readers = new Set(streams.map((stream) => stream.getReader()));
  return new ReadableStream<T>({
    async start(controller) {
      try {
        while (readers.size > 0) {
          for (const reader of readers) {
            const next = await reader.read();
            if (next.done) readers.delete(reader);
            else controller.enqueue(next.value);
          }
        }
        controller.close();
      } catch (error) {
        controller.error(error);
      }
    },
  });
}
