/* What a number looks like, by its shape: the server decides again, by checksums too (conversations/tickets/networks.py). */

const EVM = ["ethereum", "bsc", "polygon", "arbitrum", "optimism", "base", "avalanche"];
const SHAPES = [
  [/^0x[0-9a-f]{64}$/i, EVM, true],
  [/^[0-9a-f]{64}$/i, ["bitcoin", "tron", "ethereum"], true],
  [/^0x[0-9a-f]{40}$/i, EVM],
  [/^bc1[ac-hj-np-z02-9]{11,71}$/i, ["bitcoin"]],
  [/^[13][1-9A-HJ-NP-Za-km-z]{25,33}$/, ["bitcoin"]],
  [/^T[1-9A-HJ-NP-Za-km-z]{33}$/, ["tron"]],
  [/^[1-9A-HJ-NP-Za-km-z]{86,88}$/, ["solana"], true],
  [/^[1-9A-HJ-NP-Za-km-z]{43,44}$/, ["solana"]],
];
const shapeOf = (text) => SHAPES.find(([pattern]) => pattern.test(text.trim()));

/** The networks that a number or address fits. */
export const fits = (text) => shapeOf(text)?.[1] ?? [];

/** Whether a private key looks just the same. */
export const isUndecided = (text) => Boolean(shapeOf(text)?.[2]);
