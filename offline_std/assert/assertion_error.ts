/** Thrown by a failed assertion. */
export class AssertionError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AssertionError";
  }
}

/** `message`, and after a colon what the caller adds to it. */
export function withSuffix(message: string, suffix: string | undefined): string {
  return suffix ? `${message}: ${suffix}` : `${message}.`;
}
