/** Options of {@linkcode TextLineStream}. */
export interface TextLineStreamOptions {
  /** A carriage return alone ends a line too. Default: `false`. */
  allowCR?: boolean;
}

/** Cuts text into lines, without their ends. */
export class TextLineStream extends TransformStream<string, string> {
  constructor(options: TextLineStreamOptions = { allowCR: false }) {
    const ends = options.allowCR ? /\r\n|\n|\r(?!$)/ : /\r?\n/;
    let rest = "";
    super({
      transform(chunk, controller) {
        const parts = (rest + chunk).split(ends);
        rest = parts.pop()!;
        for (const line of parts) controller.enqueue(line);
      },
      flush(controller) {
        if (options.allowCR && rest.endsWith("\r")) rest = rest.slice(0, -1);
        if (rest !== "") controller.enqueue(rest);
      },
    });
  }
}
