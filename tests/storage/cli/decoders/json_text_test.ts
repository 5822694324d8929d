import { assertEquals } from "@std/assert";
import { JavaDouble, quoteJson, toJsonText } from "../../../../storage/cli/decoders/json_text.ts";

Deno.test("control characters are in upper-case hexadecimal, escaped backslashes stay", () => {
  assertEquals(quoteJson('a"b\\\n'), '"a\\"b\\\\\\n"');
  assertEquals(quoteJson("\u001f\\u001f\u000b"), '"\\u001F\\\\u001f\\u000B"');
  assertEquals(quoteJson("ü🫖"), '"ü🫖"');
});

Deno.test("values are compact, and members keep their order", () => {
  assertEquals(
    toJsonText({
      b: 1,
      a: [null, true, "x"],
      n: 2n ** 62n,
      bytes: new Uint8Array([1, 255]),
      o: {},
    }),
    '{"b":1,"a":[null,true,"x"],"n":4611686018427387904,"bytes":"Af8=","o":{}}',
  );
});

Deno.test("doubles print as Java's", () => {
  const texts: [number, string][] = [
    [0, "0.0"],
    [-0, "-0.0"],
    [1, "1.0"],
    [0.001, "0.001"],
    [1e-4, "1.0E-4"],
    [9999999.5, "9999999.5"],
    [1e7, "1.0E7"],
    [1.5e300, "1.5E300"],
    [5e-324, "4.9E-324"],
    [Infinity, "Infinity"],
  ];
  for (const [value, text] of texts) assertEquals(new JavaDouble(value).toString(), text);
  assertEquals(toJsonText([new JavaDouble(NaN), new JavaDouble(2)]), '["NaN",2.0]');
});
