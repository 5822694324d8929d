import { assertThrows } from "@std/assert";
import { checkRecord } from "../../../client/producer/producer_record.ts";

Deno.test("what no record can be is refused in Java's words", () => {
  const refused: [unknown, string][] = [
    [{ topic: null }, "Topic cannot be null."],
    [
      { topic: "t", timestamp: -1 },
      "Invalid timestamp: -1. Timestamp should always be non-negative or null.",
    ],
    [
      { topic: "t", timestamp: NaN },
      "Invalid timestamp: NaN. Timestamp should always be non-negative or null.",
    ],
    [
      { topic: "t", partition: -3 },
      "Invalid partition: -3. Partition number should always be non-negative or null.",
    ],
    [
      { topic: "t", partition: 1.5 },
      "Invalid partition: 1.5. Partition number should always be non-negative or null.",
    ],
  ];
  for (const [record, message] of refused) {
    assertThrows(() => checkRecord(record as never), TypeError, message);
  }
  checkRecord({ topic: "t", partition: 0, timestamp: 0 });
  checkRecord({ topic: "t", partition: null, timestamp: null });
});
