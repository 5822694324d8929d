import { assertEquals } from "@std/assert";
import {
  generationText,
  isReset,
  NO_GENERATION,
} from "../../../../client/consumer/group/generation.ts";

Deno.test("a generation counts as given up when its round and its assignor are gone, whatever the member's name", () => {
  assertEquals(isReset(NO_GENERATION), true);
  assertEquals(isReset({ ...NO_GENERATION, memberId: "m-1" }), true);
  assertEquals(isReset({ generationId: 0, memberId: "m-1", protocolName: "range" }), false);
});

Deno.test("a generation is told with all that it has", () => {
  assertEquals(
    generationText({ generationId: 7, memberId: "m-1", protocolName: "range" }),
    "Generation{generationId=7, memberId='m-1', protocol='range'}",
  );
});
