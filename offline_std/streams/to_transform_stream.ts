/** A transform stream that gives what the generator makes of what comes in. */
export function toTransformStream<I, O>(
  transformer: (src: ReadableStream<I>) => Iterable<O> | AsyncIterable<O>,
  writableStrategy?: QueuingStrategy<I>,
  readableStrategy?: QueuingStrategy<O>,
): TransformStream<I, O> {
  const { writable, readable } = new TransformStream<I, I>(undefined, writableStrategy);
  const results = transformer(readable);
  const iterator = Symbol.asyncIterator in results
    ? results[Symbol.asyncIterator]()
    : results[Symbol.iterator]();
  return {
    writable,
    readable: new ReadableStream<O>({
      async pull(controller) {
        let result: IteratorResult<O>;
        try {
          result = await iterator.next();
        } catch (error) {
          // What comes in has nobody to read it any more.
          await readable.cancel(error).catch(() => {});
          controller.error(error);
          return;
        }
        if (result.done) controller.close();
        else controller.enqueue(result.value);
      },
      async cancel(reason) {
        if (typeof iterator.throw === "function") {
          try {
            await iterator.throw(reason);
          } catch {
            // It lets the reason through: that is the end that was asked for.
          }
        }
        await readable.cancel(reason).catch(() => {});
      },
    }, readableStrategy),
  };
}
