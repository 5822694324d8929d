import { assertEquals, assertThrows } from "@std/assert";
import { InvalidConfigError, StorageError } from "../../../storage/errors.ts";
import {
  decodeProperties,
  formatProperties,
  parseProperties,
} from "../../../storage/file/properties.ts";
import { SeededRandom } from "../../support/manual_env.ts";

const parse = (text: string) => Object.fromEntries(parseProperties(text));

Deno.test("a name ends at =, : or white space", () => {
  assertEquals(parse("a=1\nb:2\nc 3\nd\t=\t4\ne = 5 \nf:=6\ng==7\nh"), {
    ...{ a: "1", b: "2", c: "3", d: "4", e: "5 ", f: "=6", g: "=7", h: "" },
  });
  assertEquals(parse("=1"), { "": "1" });
});

Deno.test("comments and empty lines mean nothing; a comment does not go on in the next line", () => {
  assertEquals(parse("# a=1\n  ! b=2\\\n\n \t\f\nc=3 # not a comment\n"), {
    c: "3 # not a comment",
  });
});

Deno.test("a line goes on behind an odd number of backslashes", () => {
  assertEquals(parse("a=1,\\\n    2,\\\r\n  #3\nb=x\\\\\nc=y\\\\\\\n  z"), {
    ...{ a: "1,2,#3", b: "x\\", c: "y\\z" },
  });
  assertEquals(parse("a=1\\"), { a: "1" });
  assertEquals(parse("a=1\\\n\nb=2"), { a: "1", b: "2" });
});

Deno.test("escapes stand for what they name, and any other character for itself", () => {
  assertEquals(parse("a\\ b\\=c\\:=\\t\\n\\r\\f\\u00e9\\q\\\\"), { "a b=c:": "\t\n\r\fé\x71\\" });
  const error = assertThrows(() => parseProperties("x=1\ny=\\u12g4"), InvalidConfigError, "line 2");
  assertEquals(error.code, "INVALID_CONFIG");
});

Deno.test("of a name given twice the last value counts, in the place of the first", () => {
  assertEquals([...parseProperties("a=1\nb=2\na=3")], [["a", "3"], ["b", "2"]]);
  assertEquals([...parseProperties("__proto__=1")], [["__proto__", "1"]]);
});

Deno.test("bytes are Latin-1", () => {
  assertEquals(decodeProperties(new Uint8Array([0x61, 0x3d, 0xe9, 0x80])), "a=é\x80");
  assertEquals(decodeProperties(new Uint8Array(10_000).fill(97)), "a".repeat(10_000));
});

Deno.test("what is written has Java's header and escapes", () => {
  const text = formatProperties(
    [["a key", " a value"], ["é", "=#!:\\\t\n"], ["c", ""]],
    "",
    Date.UTC(2026, 10, 2, 5, 8, 31),
  );
  assertEquals(
    text,
    "#\n#Mon Nov 02 05:08:31 UTC 2026\na\\ key=\\ a value\n\\u00E9=\\=\\#\\!\\:\\\\\\t\\n\nc=\n",
  );
});

Deno.test("whatever is written is read back, and any text is read or refused", () => {
  const alphabet = [..."ab =:#!\\\n\r\t\f ué\0€u00"];
  for (let seed = 0; seed < 2000; seed++) {
    const random = new SeededRandom(seed);
    const word = () =>
      Array.from({ length: random.below(8) }, () => random.pick(alphabet)).join("");
    const entries = new Map(Array.from({ length: random.below(5) }, () => [word(), word()]));
    assertEquals(parseProperties(formatProperties(entries, "x", seed)), entries, `seed ${seed}`);
    try {
      parseProperties(word() + word() + word());
    } catch (error) {
      assertEquals(error instanceof StorageError, true, `seed ${seed}`);
    }
  }
});
