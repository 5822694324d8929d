/**
 * The usage text of a tool: two columns within 80 characters, options in alphabetical order, as JOpt Simple's
 * help formatter lays it out for Kafka's tools.
 *
 * @module
 */

import { linePieces } from "./line_pieces.ts";
import type { OptionDefinition } from "./option_parser.ts";

const OVERALL_WIDTH = 80;
const SEPARATOR_WIDTH = 2;
const INDENT = "  ";

function optionColumn(option: OptionDefinition): string {
  const name = `--${option.name}`;
  if (option.argument === undefined) return name;
  const type = option.type ?? "String";
  const text = option.describedAs === undefined ? type : `${type}: ${option.describedAs}`;
  return option.argument === "required" ? `${name} <${text}>` : `${name} [${text}]`;
}

function descriptionColumn(option: OptionDefinition): string {
  return option.defaultsTo === undefined
    ? option.description
    : `${option.description} (default: ${option.defaultsTo})`;
}

/** The lines that a line becomes; all but the first are indented. */
function wrapLine(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const piece of linePieces(text)) {
    if (line.length + piece.length > width) {
      lines.push(line.trimEnd());
      line = INDENT + piece;
    } else {
      line += piece;
    }
  }
  if (line !== "") lines.push(line);
  return lines;
}

function wrap(text: string, width: number): string[] {
  return text.trim().split("\n").flatMap((line) => wrapLine(line, width));
}

/** The table of options of a tool; those of ours alone are not in it. */
export function usageText(definitions: readonly OptionDefinition[]): string {
  const rows = definitions.filter((option) => option.isOurs !== true)
    .map((option): [string, string] => [optionColumn(option), descriptionColumn(option)])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  rows.unshift(["Option", "Description"], ["------", "-----------"]);
  const widest = Math.max(...rows.map(([option]) => option.length));
  const optionWidth = Math.min(Math.floor((OVERALL_WIDTH - SEPARATOR_WIDTH) / 2), widest);
  const widestDescription = Math.max(...rows.map(([, description]) => description.length));
  const descriptionWidth = Math.min(
    OVERALL_WIDTH - optionWidth - SEPARATOR_WIDTH,
    widestDescription,
  );
  const lines = rows.flatMap(([option, description]): [string, string][] => {
    const left = wrap(option, optionWidth);
    const right = wrap(description, descriptionWidth);
    return Array.from(
      { length: Math.max(left.length, right.length) },
      (_, i) => [left[i] ?? "", right[i] ?? ""],
    );
  });
  // Columns become as wide as what came out.
  const [leftWidth, rightWidth] = [0, 1].map((column) =>
    Math.max(...lines.map((line) => line[column]!.length))
  ) as [number, number];
  return lines.map(([left, right]) =>
    left.padEnd(leftWidth + SEPARATOR_WIDTH) + right.padEnd(rightWidth)
  ).join("\n");
}
