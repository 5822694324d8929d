import { assertEquals, assertRejects } from "@std/assert";
import { inputLines } from "../../../client/cli/input_lines.ts";
import { JavaException } from "../../../client/cli/java_exception.ts";
import { stream } from "../../support/cli.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const textOf = (line: Uint8Array) => new TextDecoder("utf-8", { fatal: true }).decode(line);

async function lines(pieces: Iterable<Uint8Array>): Promise<string[]> {
  const all: string[] = [];
  for await (const some of inputLines(stream(pieces))) all.push(...some.map(textOf));
  return all;
}

Deno.test("lines end with LF, CR or both, and the last one need not end", async () => {
  assertEquals(await lines([bytes("a\nb\rc\r\n\r\n\nd")]), ["a", "b", "c", "", "", "d"]);
  assertEquals(await lines([bytes("a\n")]), ["a"]);
  assertEquals(await lines([]), []);
});

Deno.test("lines are the same however the input is cut", async () => {
  const input = bytes("é\r\n\r\r\nlong line €\n\n𝄞\r");
  const whole = await lines([input]);
  assertEquals(whole, ["é", "", "", "long line €", "", "𝄞"]);
  for (let size = 1; size < input.length; size++) {
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < input.length; at += size) pieces.push(input.subarray(at, at + size));
    assertEquals(await lines(pieces), whole, `pieces of ${size} bytes`);
  }
});

Deno.test("all lines of a piece come at once, before the next piece is asked for", async () => {
  let asked = 0;
  const input = async function* () {
    for (const piece of ["a\nb\nc", "d\n"]) {
      asked++;
      yield await Promise.resolve(bytes(piece));
    }
  };
  const seen = inputLines(input());
  assertEquals((await seen.next()).value!.map(textOf), ["a", "b"]);
  assertEquals(asked, 1);
  assertEquals((await seen.next()).value!.map(textOf), ["cd"]);
});

Deno.test("a piece whose memory is used again does not change the lines that it brought", async () => {
  const input = async function* () {
    const memory = bytes("a\nbc");
    yield memory;
    memory.set(bytes("x\nyz"));
    yield await Promise.resolve(memory);
  };
  const seen: Uint8Array[] = [];
  for await (const lines of inputLines(input())) seen.push(...lines);
  assertEquals(seen.map(textOf), ["a", "bcx", "yz"]);
});

Deno.test("bytes that are no text become what Java makes of them", async () => {
  const cut = [...bytes("€")].slice(0, 2);
  assertEquals(await lines([Uint8Array.of(0xff, 0x0a, ...cut, 0x0a, ...cut)]), ["�", "�", "�"]);
});

Deno.test("a line without an end is refused before it fills the memory", async () => {
  const piece = new Uint8Array(16 * 1024 * 1024).fill(0x61);
  const endless = function* () {
    for (let i = 0; i < 17; i++) yield piece;
  };
  const error = await assertRejects(() => lines(endless()), JavaException);
  assertEquals(error.className, "java.lang.OutOfMemoryError");
});
