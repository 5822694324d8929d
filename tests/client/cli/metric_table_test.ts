import { assertEquals } from "@std/assert";
import { metricLines } from "../../../client/cli/metric_table.ts";

Deno.test("metrics stand in the order of their names, values behind them", () => {
  const tags = { "client-id": "c", topic: "t" };
  const lines = metricLines([
    { group: "g", name: "longer-total", tags, value: 12 },
    { group: "g", name: "avg", tags: { "client-id": "c" }, value: 0.0005 },
  ]);
  assertEquals(lines, [
    "",
    "Metric Name                             Value",
    "g:avg:{client-id=c}                   : 0.001",
    "g:longer-total:{client-id=c, topic=t} : 12.000",
  ]);
  assertEquals(metricLines([]), []);
});
