import { assertEquals } from "@std/assert";
import { linePieces } from "../../../storage/cli/line_pieces.ts";

/** What `BreakIterator.getLineInstance()` gives. */
const LINES: readonly string[] = [
  "[1 ][KB/s. ][(default: ][-1)]",
  "['([^:,]][*)][(?::][(?:][([0-][9]][*)][|][(?:][([0-][9]][*)][-([0-][9]][*))))?'. ][The ][first]",
  '[{"topic": ]["foo", ]["partition": ][1}],]',
  "[topic1:][1,][topic2:][0-][3,][topic3,][topic4:][5-][,][topic5:][-3][>]",
  "[a][(b ][c][[d ][e][{f ]['x' ][k-][l ][3.3-][IV3 ][-4 ][or ][max-][x ][a)][b ][a]][c ][a}][d ]",
  "[1,000 ][1.5][x ][x1.][5 ][(e.][g. ][a) ][/x/y ][a=b ][<a> ][<=3 ][1>2 ][(--][flag) ][--][flag ]",
  '[5a ][a5 ][5_a ][5/a ][5\'a ][5"][a ][5][(a ][-][a ][-][(a ][-]["a ][a.][-][b ][a,][-][b ][!][b ]',
  "[a?][b ][a;][b ][a%][b ][5%][b]",
];

Deno.test("a line breaks where Java breaks it", () => {
  for (const line of LINES) {
    const pieces = line.slice(1, -1).split(/\](?=\[.)\[/);
    assertEquals(linePieces(pieces.join("")).join("|"), pieces.join("|"));
  }
});
