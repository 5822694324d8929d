/**
 * Binary search over fixed-size entries in raw bytes. Keys are read where they lie: nothing is decoded ahead
 * and nothing is allocated.
 *
 * The last 8 KiB of an index are tried first, as almost every search is for what was appended lately: that part stays in
 * the processor's caches, where the steps of a search over all would each miss them. (Kafka has the same "warm section",
 * there for the sake of the page cache.)
 *
 * @module
 */

const WARM_BYTES = 8192;
const TWO_32 = 0x1_0000_0000;

/** The int64 at `at`. Values beyond ±2^53 lose their last bits, which leaves their order alone. */
export function int64At(view: DataView, at: number): number {
  return view.getInt32(at) * TWO_32 + view.getUint32(at + 4);
}

/**
 * Finds the last entry whose int32 field is at most `target`.
 *
 * @param view the entries
 * @param entries how many there are, ascending in the field
 * @param entrySize bytes of each
 * @param field where in an entry the field lies
 * @returns its number, -1 when all are larger
 */
export function floorSlotByInt32(
  view: DataView,
  entries: number,
  entrySize: number,
  field: number,
  target: number,
): number {
  let low = 0;
  let high = entries - 1;
  const warm = high - ((WARM_BYTES / entrySize) | 0);
  if (warm > 0) {
    if (view.getInt32(warm * entrySize + field) <= target) low = warm;
    else high = warm - 1;
  }
  while (low <= high) {
    const middle = (low + high) >>> 1;
    if (view.getInt32(middle * entrySize + field) <= target) low = middle + 1;
    else high = middle - 1;
  }
  return high;
}

/** As {@linkcode floorSlotByInt32}, for an int64 field. */
export function floorSlotByInt64(
  view: DataView,
  entries: number,
  entrySize: number,
  field: number,
  target: number,
): number {
  let low = 0;
  let high = entries - 1;
  const warm = high - ((WARM_BYTES / entrySize) | 0);
  if (warm > 0) {
    if (int64At(view, warm * entrySize + field) <= target) low = warm;
    else high = warm - 1;
  }
  while (low <= high) {
    const middle = (low + high) >>> 1;
    if (int64At(view, middle * entrySize + field) <= target) low = middle + 1;
    else high = middle - 1;
  }
  return high;
}
