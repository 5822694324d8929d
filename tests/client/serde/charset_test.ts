import { assertEquals } from "@std/assert";
import { charsetForName } from "../../../client/serde/charset.ts";

/** `"aé€žЖ😀".getBytes(charset)`. */
const ENCODED: Readonly<Record<string, string>> = {
  "UTF-8": "61c3a9e282acc5bed096f09f9880",
  "UTF-16": "feff006100e920ac017e0416d83dde00",
  "UTF-16LE": "6100e900ac207e0116043dd800de",
  "utf_16be": "006100e920ac017e0416d83dde00",
  "windows-1252": "61e9809e3f3f",
  "Latin1": "61e93f3f3f3f",
  "US-ASCII": "613f3f3f3f3f",
  "ISO-8859-15": "61e9a4b83f3f",
  "cp1251": "613f883fc63f",
  "KOI8-R": "613f3f3ff63f",
  "IBM866": "613f3f3f863f",
  "ISO8859_7": "613fa43f3f3f",
  "windows-1253": "613f803f3f3f",
  "windows-1257": "61e980fe3f3f",
};

/** `new String(bytes 0 to 255, charset).hashCode()`. */
const DECODED: Readonly<Record<string, number>> = {
  "windows-1250": -1928446011,
  "windows-1251": -865242121,
  "windows-1252": -1590216137,
  "windows-1253": 667538413,
  "windows-1254": -46356223,
  "windows-1257": 1626542956,
  "ISO-8859-2": -374474971,
  "ISO-8859-4": -664144052,
  "ISO-8859-5": 1386337476,
  "ISO-8859-7": 971410060,
  "ISO-8859-13": 523888243,
  "ISO-8859-15": -616176516,
  "KOI8-R": -1636612196,
  "IBM866": -1680859914,
};

Deno.test("texts become the bytes that Java writes", () => {
  for (const [name, hex] of Object.entries(ENCODED)) {
    assertEquals(charsetForName(name)!.encode("aé€žЖ😀").toHex(), hex, name);
  }
});

Deno.test("every byte of an encoding of one byte a character is read as Java reads it", () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  for (const [name, expected] of Object.entries(DECODED)) {
    let hash = 0;
    for (const unit of charsetForName(name)!.decode(bytes)) {
      hash = (Math.imul(hash, 31) + unit.charCodeAt(0)) | 0;
    }
    assertEquals(hash, expected, name);
  }
});

Deno.test("UTF-16 is read by its mark, and as big-endian without one", () => {
  const { decode } = charsetForName("UTF-16")!;
  assertEquals(decode(new Uint8Array([0xff, 0xfe, 0x61, 0])), "a");
  assertEquals(decode(new Uint8Array([0xfe, 0xff, 0, 0x61])), "a");
  assertEquals(decode(new Uint8Array([0, 0x61])), "a");
});

Deno.test("an encoding that is not known has no charset", () => {
  assertEquals(charsetForName("utf-99"), undefined);
});
