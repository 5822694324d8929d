/**
 * Puts something else in the place of a method, to see that a test finds what is broken then.
 *
 * @returns what puts the method back
 */
export function replaced<T, K extends keyof T>(
  prototype: T,
  name: K,
  by: (
    method: T[K],
  ) => T[K] extends (...args: infer A) => infer R ? (this: T, ...args: A) => R : never,
): () => void {
  const method = prototype[name];
  prototype[name] = by(method) as T[K];
  return () => void (prototype[name] = method);
}
