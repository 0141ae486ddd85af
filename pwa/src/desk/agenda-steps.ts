/** Where the arrow keys lead on the agenda: rows of technicians, columns of days, and the list that waits beside. */

/** `row` -1 is the list *a despachar*; `column` counts a row's cells. */
export interface Spot {
  readonly row: number;
  readonly column: number;
}

export const WAITING: Spot = { row: -1, column: -1 };

export function step(at: Spot, key: string, rows: number, columns: number): Spot {
  if (rows === 0) return at;
  if (at.row < 0) return key === "ArrowRight" || key === "ArrowDown" ? { row: 0, column: 0 } : at;
  const row = clamp(at.row + Number(key === "ArrowDown") - Number(key === "ArrowUp"), rows);
  if (key === "ArrowLeft" && at.column === 0) return WAITING;
  return {
    row,
    column: clamp(at.column + Number(key === "ArrowRight") - Number(key === "ArrowLeft"), columns),
  };
}

function clamp(value: number, count: number): number {
  return Math.min(Math.max(value, 0), count - 1);
}
