/**
 * Tables of CRC-32C. Everything here works on the raw register, without the ones at start and end: then the checksum is linear, and
 * the register after two messages of one length, xored, is that of the messages xored.
 *
 * @module
 */

/** The polynomial, reflected. */
const POLYNOMIAL = 0x82f63b78;

/**
 * Eight tables of 256 entries one behind the other; entry `k * 256 + b` is the register after byte `b` and `k` zero bytes.
 */
export const SLICING_TABLES: Int32Array<ArrayBuffer> = makeSlicingTables();

function makeSlicingTables(): Int32Array<ArrayBuffer> {
  const tables = new Int32Array(8 * 256);
  for (let n = 0; n < 256; n++) {
    let crc = n;
    for (let bit = 0; bit < 8; bit++) {
      crc = (crc & 1) !== 0 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    }
    tables[n] = crc;
  }
  for (let i = 256; i < tables.length; i++) {
    const previous = tables[i - 256]!;
    tables[i] = tables[previous & 0xff]! ^ (previous >>> 8);
  }
  return tables;
}

/** The register after `byte` and `zeros` zero bytes. */
function registerAfter(byte: number, zeros: number): number {
  let crc = SLICING_TABLES[byte]!;
  for (let i = 0; i < zeros; i++) crc = SLICING_TABLES[crc & 0xff]! ^ (crc >>> 8);
  return crc;
}

/** What replaces a byte: the byte to xor in at one of the targets, by each half of the byte that is folded away. */
export interface FoldTable {
  /** By the low four bits. */
  readonly low: Uint8Array;
  /** By the high four bits. */
  readonly high: Uint8Array;
}

/**
 * Tables to move a byte towards the end of a message without changing the checksum: a byte with `distance` bytes behind it may be set to
 * zero when each of the bytes that have `targets[i]` bytes behind them is xored with what the i-th table says. Four targets of 8 bits
 * are as many unknowns as the register has bits; they must be independent of each other.
 */
export function foldTables(distance: number, targets: readonly number[]): FoldTable[] {
  // Elimination over GF(2). By its highest bit: a register value, and the set of target bits that makes it.
  const pivots = new Map<number, { value: number; targetBits: number }>();
  const reduce = (value: number, targetBits: number) => {
    for (let bit = 31; bit >= 0; bit--) {
      if (((value >>> bit) & 1) === 0) continue;
      const pivot = pivots.get(bit);
      if (pivot === undefined) return { bit, value, targetBits };
      value ^= pivot.value;
      targetBits ^= pivot.targetBits;
    }
    return { bit: -1, value, targetBits };
  };
  targets.forEach((target, index) => {
    for (let i = 0; i < 8; i++) {
      const reduced = reduce(registerAfter(1 << i, target), 1 << (8 * index + i));
      pivots.set(reduced.bit, reduced);
    }
  });
  const moved = Array.from({ length: 8 }, (_, i) => reduce(registerAfter(1 << i, distance), 0));
  return targets.map((_, index) => {
    const table = { low: new Uint8Array(16), high: new Uint8Array(16) };
    for (let nibble = 0; nibble < 16; nibble++) {
      for (let i = 0; i < 4; i++) {
        if (((nibble >> i) & 1) === 0) continue;
        table.low[nibble]! ^= (moved[i]!.targetBits >>> (8 * index)) & 0xff;
        table.high[nibble]! ^= (moved[i + 4]!.targetBits >>> (8 * index)) & 0xff;
      }
    }
    return table;
  });
}
