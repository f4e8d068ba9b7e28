/** Beside the colour of a series: solid, dashes, dots ... */
const dashes: readonly number[][] = [[], [7, 4], [2, 3], [10, 3, 2, 3], [4, 2], [12, 4], [1, 4], [6, 2, 1, 2]];

/** Of lap k: colours come again after eight, and then with other dashes. */
export const dashOf = (k: number): number[] => dashes[(k + 3 * Math.floor(k / dashes.length)) % dashes.length]!;
