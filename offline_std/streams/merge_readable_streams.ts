/** One stream of what several give, as it comes. */
export function mergeReadableStreams<T>(...streams: ReadableStream<T>[]): ReadableStream<T> {
  const readers = streams.map((stream) => stream.getReader());
  return new ReadableStream<T>({
    async start(controller) {
      try {
        await Promise.all(readers.map(async (reader) => {
          for (let next = await reader.read(); !next.done; next = await reader.read()) {
            controller.enqueue(next.value);
          }
        }));
        controller.close();
      } catch (error) {
        controller.error(error);
      }
    },
    async cancel(reason) {
      await Promise.all(readers.map((reader) => reader.cancel(reason)));
    },
  });
}
