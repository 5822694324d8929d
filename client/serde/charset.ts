/**
 * Texts in the encodings that Java's serializers can be told by name (`serializer.encoding`): as Java writes and reads them, with
 * `?` for a character that an encoding lacks, and U+FFFD for bytes that are none.
 *
 * @module
 */

/** One encoding. */
export interface Charset {
  /** The bytes of a text. */
  encode(text: string): Uint8Array;
  /** The text of bytes. */
  decode(bytes: Uint8Array): string;
}

const QUESTION_MARK = 0x3f;
const REPLACEMENT = 0xfffd;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

const UTF_8: Charset = {
  encode: (text) => encoder.encode(text),
  decode: (bytes) => decoder.decode(bytes),
};

/** An encoding of one byte a character. */
function singleByte(characters: readonly number[]): Charset {
  const bytesOf = new Map<number, number>();
  characters.forEach((character, byte) => {
    if (character !== REPLACEMENT) bytesOf.set(character, byte);
  });
  return {
    encode: (text) =>
      Uint8Array.from(text, (character) => bytesOf.get(character.codePointAt(0)!) ?? QUESTION_MARK),
    decode: (bytes) => {
      let text = "";
      for (const byte of bytes) text += String.fromCharCode(characters[byte]!);
      return text;
    },
  };
}

function firstCharacters(count: number): Charset {
  return singleByte(
    Array.from({ length: 256 }, (_, byte) => byte < count ? byte : REPLACEMENT),
  );
}

/** The same characters as the web's encoding of that name; of the control characters of its upper half, Java has none. */
function fromWeb(label: string): Charset {
  const web = new TextDecoder(label);
  const isWindows = label.startsWith("windows-");
  const characters = Array.from({ length: 256 }, (_, byte) => {
    const character = web.decode(Uint8Array.of(byte)).codePointAt(0)!;
    return isWindows && byte >= 0x80 && character === byte && byte < 0xa0 ? REPLACEMENT : character;
  });
  return singleByte(characters);
}

function utf16(isLittle: boolean, hasMark: boolean): Charset {
  return {
    encode(text) {
      const start = hasMark && text !== "" ? 2 : 0;
      const bytes = new Uint8Array(start + 2 * text.length);
      const view = new DataView(bytes.buffer);
      if (start > 0) view.setUint16(0, 0xfeff);
      const whole = text.toWellFormed();
      for (let i = 0; i < text.length; i++) {
        view.setUint16(start + 2 * i, whole.charCodeAt(i), isLittle);
      }
      return bytes;
    },
    decode(bytes) {
      const mark = hasMark && bytes.length >= 2 ? bytes[0]! << 8 | bytes[1]! : 0;
      const label = mark === 0xfffe || isLittle ? "utf-16le" : "utf-16be";
      const from = mark === 0xfffe || mark === 0xfeff ? 2 : 0;
      return new TextDecoder(label, { ignoreBOM: true }).decode(bytes.subarray(from));
    },
  };
}

/** The names of encodings, and other names of the same, as `Charset.forName` takes them. */
const CHARSETS: readonly (readonly [names: string, make: () => Charset])[] = [
  ["utf-8 utf8 unicode-1-1-utf-8", () => UTF_8],
  [
    "us-ascii ascii ascii7 iso646-us iso_646.irv:1991 646 cp367 ibm367 ansi_x3.4-1968 us default",
    () => firstCharacters(128),
  ],
  [
    "iso-8859-1 iso8859-1 iso8859_1 8859_1 iso_8859-1 latin1 l1 ibm819 ibm-819 cp819 819 iso-ir-100 csisolatin1",
    () => firstCharacters(256),
  ],
  ["utf-16 utf16 utf_16 unicode unicodebig", () => utf16(false, true)],
  ["utf-16be utf_16be x-utf-16be iso-10646-ucs-2 unicodebigunmarked", () => utf16(false, false)],
  ["utf-16le utf_16le x-utf-16le unicodelittleunmarked", () => utf16(true, false)],
  ...[2, 4, 5, 7, 13, 15].map((part): readonly [string, () => Charset] => [
    `iso-8859-${part} iso8859-${part} iso8859_${part} 8859_${part} iso_8859-${part}`,
    () => fromWeb(`iso-8859-${part}`),
  ]),
  ["latin-9 latin9 iso8859_15_fdis", () => fromWeb("iso-8859-15")],
  ...[1250, 1251, 1252, 1253, 1254, 1257].map((page): readonly [string, () => Charset] => [
    `windows-${page} cp${page}`,
    () => fromWeb(`windows-${page}`),
  ]),
  ["koi8-r koi8_r koi8 cskoi8r", () => fromWeb("koi8-r")],
  ["ibm866 cp866 ibm-866 866 csibm866", () => fromWeb("ibm866")],
];

/** The encoding of that name; `undefined` when there is none. */
export function charsetForName(name: string): Charset | undefined {
  const lower = name.toLowerCase();
  return CHARSETS.find(([names]) => names.split(" ").includes(lower))?.[1]();
}
