/** Options of {@linkcode LimitedBytesTransformStream}. */
export interface LimitedBytesTransformStreamOptions {
  /** Fail when there is more, instead of ending. Default: `false`. */
  error?: boolean;
}

/** Lets through no more bytes than `size`; the chunk that goes beyond is dropped. */
export class LimitedBytesTransformStream extends TransformStream<Uint8Array, Uint8Array> {
  constructor(size: number, options: LimitedBytesTransformStreamOptions = {}) {
    let read = 0;
    super({
      transform(chunk, controller) {
        if (read + chunk.byteLength > size) {
          if (options.error) throw new RangeError(`Exceeded byte size limit of '${size}'`);
          controller.terminate();
          return;
        }
        read += chunk.byteLength;
        controller.enqueue(chunk);
      },
    });
  }
}
