import { assertEquals } from "@std/assert";
import { CompressionRatio } from "../../../client/producer/compression_ratio.ts";

Deno.test("hope grows slowly and falls quickly", () => {
  const ratio = new CompressionRatio();
  ratio.observe(0.2);
  assertEquals(ratio.estimate, 0.995);
  for (let i = 0; i < 200; i++) ratio.observe(0.2);
  assertEquals(ratio.estimate, 0.2);
  ratio.observe(0.21);
  assertEquals(ratio.estimate, 0.25);
  ratio.observe(0.9);
  assertEquals(ratio.estimate, 0.9);
  ratio.reset(0.4);
  assertEquals(ratio.estimate, 1);
});
