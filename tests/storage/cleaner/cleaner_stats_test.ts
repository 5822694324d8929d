import { assertEquals } from "@std/assert";
import { CleanerStats } from "../../../storage/cleaner/cleaner_stats.ts";

Deno.test("times and shares follow from what was counted", () => {
  const stats = new CleanerStats(1000);
  assertEquals([stats.elapsedSecs, stats.elapsedIndexSecs, stats.recopyPercent], [0, 0, 0]);
  stats.mapCompleteTime = 1500;
  stats.endTime = 3000;
  stats.bytesRead = 200;
  stats.bytesWritten = 50;
  assertEquals([stats.elapsedSecs, stats.elapsedIndexSecs, stats.recopyPercent], [2, 0.5, 25]);
});
