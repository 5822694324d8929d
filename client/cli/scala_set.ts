/**
 * The order of Scala's immutable sets, which parts of Kafka's tools print.
 *
 * @module
 */

import { hashCode } from "../../storage/cli/java_text.ts";

/** Up to so many a set keeps them as they came. */
const SMALL = 4;
const BITS = 5;
const HASH_BITS = 32;

/** The hash that places a text in the tree of a `HashSet`. */
function placeOf(text: string): number {
  const hash = hashCode(text);
  const first = (hash + ~(hash << 9)) | 0;
  const second = first ^ (first >>> 14);
  const third = (second + (second << 4)) | 0;
  return third ^ (third >>> 10);
}

/** A node of the tree: in front what is alone at its place, behind it the nodes of the others. */
function* inTree(texts: readonly string[], shift: number): Generator<string> {
  if (shift >= HASH_BITS) return yield* texts;
  const places = Map.groupBy(texts, (text) => (placeOf(text) >>> shift) & ((1 << BITS) - 1));
  const sorted = [...places].sort(([a], [b]) => a - b).map(([, together]) => together);
  for (const together of sorted) if (together.length === 1) yield together[0]!;
  for (const together of sorted) if (together.length > 1) yield* inTree(together, shift + BITS);
}

/** Texts in the order in which a set gives them that they were added to in this order. */
export function scalaSetOrder(texts: Iterable<string>): string[] {
  const all = [...new Set(texts)];
  return all.length <= SMALL ? all : [...inTree(all, 0)];
}
