/** CPF and CNPJ by their check digits; the CNPJ's letters of 2026 count too (IN RFB 2.229/2024). */

/** Accepts any punctuation; says whether the check digits fit. */
export function isTaxId(text: string): boolean {
  const id = bare(text);
  return isCpf(id) || isCnpj(id);
}

/** What is kept: without punctuation, letters upper-case. */
export function bare(text: string): string {
  return text.replace(/[^0-9a-z]/gi, "").toUpperCase();
}

export function isCpf(id: string): boolean {
  return /^\d{11}$/.test(id) && !isOneDigitRepeated(id) && checkDigits(id, 9, 11);
}

export function isCnpj(id: string): boolean {
  return /^[0-9A-Z]{12}\d{2}$/.test(id) && !isOneDigitRepeated(id) && checkDigits(id, 12, 9);
}

/** Weights run 2, 3, … from the right and start over after `highestWeight`; letters count by ASCII − 48. */
function checkDigits(id: string, bodyLength: number, highestWeight: number): boolean {
  for (const length of [bodyLength, bodyLength + 1]) {
    let sum = 0;
    for (let i = 0; i < length; i++) {
      const weight = 2 + ((length - 1 - i) % (highestWeight - 1));
      sum += (id.charCodeAt(i) - 48) * weight;
    }
    const rest = sum % 11;
    if (id.charCodeAt(length) - 48 !== (rest < 2 ? 0 : 11 - rest)) {
      return false;
    }
  }
  return true;
}

function isOneDigitRepeated(id: string): boolean {
  return /^(.)\1*$/.test(id);
}
