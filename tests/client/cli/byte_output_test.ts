import { assertEquals } from "@std/assert";
import { ByteOutput } from "../../../client/cli/byte_output.ts";

/** An output that remembers its writes. */
function recorded(isRead: () => boolean = () => true) {
  const writes: Uint8Array[] = [];
  const output = new ByteOutput({
    stdoutBytes(bytes) {
      writes.push(bytes.slice());
      return isRead();
    },
  });
  const text = () => writes.map((bytes) => new TextDecoder().decode(bytes)).join("");
  return { writes, output, text };
}

Deno.test("pieces are written together, in their order", () => {
  const { writes, output, text } = recorded();
  output.print("é");
  output.write(Uint8Array.of(0xff, 0x00));
  output.print("b");
  assertEquals(writes, []);
  output.flush();
  output.flush();
  assertEquals(writes, [Uint8Array.of(0xc3, 0xa9, 0xff, 0x00, 0x62)]);
  output.print("c");
  output.flush();
  assertEquals(text().at(-1), "c");
});

Deno.test("what is more than the buffer goes out, and nothing is lost", () => {
  for (const size of [10, 32, 33, 1000, 65_535, 65_536, 65_537, 200_000]) {
    const { writes, output, text } = recorded();
    const piece = "x".repeat(size);
    for (let i = 0; i < 5; i++) {
      output.print(`<${i}`);
      output.print(piece);
      output.write(new TextEncoder().encode(piece));
      output.print(">");
    }
    output.flush();
    assertEquals(text(), [0, 1, 2, 3, 4].map((i) => `<${i}${piece}${piece}>`).join(""));
    if (size < 100) assertEquals(writes.length, 1);
  }
});

Deno.test("when nobody reads any more, nothing more is written", () => {
  const { writes, output } = recorded(() => false);
  output.print("a");
  assertEquals(output.isRead, true);
  output.flush();
  assertEquals(output.isRead, false);
  output.print("b");
  output.flush();
  assertEquals(writes.length, 1);
});
