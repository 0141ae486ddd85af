/** The access key of an NF-e: 44 digits, the last of them a check digit (modulo 11, weights 2 to 9). */

/** The digits in what was typed or scanned, however it is spaced; null where they are not 44. */
export function accessKeyIn(text: string): string | null {
  const digits = text.replace(/\D/g, "");
  return digits.length === 44 ? digits : null;
}

export function isAccessKey(key: string): boolean {
  if (!/^\d{44}$/.test(key)) return false;
  let sum = 0;
  for (let i = 0; i < 43; i++) {
    sum += Number(key[42 - i]) * (2 + (i % 8));
  }
  const rest = sum % 11;
  return Number(key[43]) === (rest < 2 ? 0 : 11 - rest);
}

/** The invoice's number inside the key: digits 26 to 34, without leading zeros. */
export function numberIn(key: string): string {
  return key.slice(25, 34).replace(/^0+(?=\d)/, "");
}
