/**
 * Where the CRC-32C kernel keeps things: its locals, and its memory.
 *
 * @module
 */

/** Bytes of a vector. */
export const VECTOR = 16;

/** The raw register; a parameter, and the result. The steps that fold need it to be zero. */
export const CRC = 0;
/** Address of what is next; a parameter, which is {@linkcode DATA_AT}. */
export const AT = 1;
/** Address behind the message; a parameter. */
export const END = 2;
/** An i32 for whoever needs one. */
export const WORD0 = 3;
/** A second one. */
export const WORD1 = 4;
/** How many locals of type i32 there are behind the parameters. */
export const I32_LOCALS = 2;
/** The first of {@linkcode VECTORS} locals for vectors. */
export const STATE = 5;
/** Vectors held in locals. */
export const VECTORS = 8;
/** How many more locals for vectors there are behind those. */
export const SPARE_VECTORS = 3;

/** The slicing tables. */
export const SLICING_AT = 0;
/** The folding tables. */
export const FOLDING_AT = 8 * 1024;
/** The last vectors that were folded away. */
export const RING_AT = 12 * 1024;
/**
 * The message. What lies between it and the ring is never written to: with {@linkcode ZEROS_BEFORE_DATA} zeros in front, a message has
 * the same checksum, so that it can be made as long as suits.
 */
export const DATA_AT = 16 * 1024;
/** How many zeros are before the message at least. */
export const ZEROS_BEFORE_DATA = 2 * 1024;
/** Room for it. */
export const DATA_SIZE = 48 * 1024;
