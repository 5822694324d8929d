type Bag = Record<PropertyKey, unknown>;

function sameConstructor(a: object, b: object): boolean {
  return a.constructor === b.constructor ||
    (a.constructor === Object && !b.constructor) ||
    (!a.constructor && b.constructor === Object);
}

function sameElements(a: ArrayLike<unknown>, b: ArrayLike<unknown>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i]) && a[i] !== b[i]) return false;
  return true;
}

function keyed(value: object): Iterable<unknown> & { size: number } | undefined {
  return value instanceof Map || value instanceof Set ? value : undefined;
}

/** Deep equality: by structure and constructor; NaN equals NaN, 0 equals -0. */
export function equal(c: unknown, d: unknown): boolean {
  const seen = new Map<unknown, unknown>();
  const compare = (a: unknown, b: unknown): boolean => {
    if (a === b || Object.is(a, b)) return true;
    if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
    if (a instanceof RegExp && b instanceof RegExp) return String(a) === String(b);
    if (a instanceof URL && b instanceof URL) return a.href === b.href;
    if (!sameConstructor(a, b)) return false;
    if (a instanceof Date && b instanceof Date) return Object.is(a.getTime(), b.getTime());
    if (ArrayBuffer.isView(a) && ArrayBuffer.isView(b)) {
      if (a instanceof DataView || b instanceof DataView) {
        return sameElements(
          new Uint8Array(a.buffer, a.byteOffset, a.byteLength),
          new Uint8Array(b.buffer, b.byteOffset, b.byteLength),
        );
      }
      return sameElements(
        a as unknown as ArrayLike<unknown>,
        b as unknown as ArrayLike<unknown>,
      );
    }
    if (a instanceof ArrayBuffer && b instanceof ArrayBuffer) {
      return sameElements(new Uint8Array(a), new Uint8Array(b));
    }
    if (a instanceof WeakMap || a instanceof WeakSet) {
      throw new TypeError("Cannot compare WeakMap or WeakSet instances");
    }
    if (a instanceof WeakRef && b instanceof WeakRef) return compare(a.deref(), b.deref());
    if (a instanceof Error && b instanceof Error && a.message !== b.message) return false;
    if (seen.get(a) === b) return true;
    if (Object.keys(a).length !== Object.keys(b).length) return false;
    seen.set(a, b);
    const left = keyed(a), right = keyed(b);
    if (left && right) return left.size === right.size && sameMembers(left, right);
    const names = new Set<PropertyKey>([
      ...Object.keys(a),
      ...Object.keys(b),
      ...Object.getOwnPropertySymbols(a),
      ...Object.getOwnPropertySymbols(b),
    ]);
    for (const name of names) {
      if ((name in a) !== (name in b)) return false;
      if (!compare((a as Bag)[name], (b as Bag)[name])) return false;
    }
    return true;
  };
  const sameMembers = (a: Iterable<unknown>, b: Iterable<unknown>): boolean => {
    if (a instanceof Map && b instanceof Map) {
      const rest = [...b];
      return [...a].every(([key, value]) => {
        if (b.has(key)) return compare(value, b.get(key));
        return rest.some(([k, v]) => compare(key, k) && compare(value, v));
      });
    }
    const rest = [...b];
    return [...a].every((value) =>
      (b as Set<unknown>).has(value) || rest.some((v) => compare(value, v))
    );
  };
  return compare(c, d);
}
