/** How dates, numbers and places are written for a person: pt-BR, in the reseller's timezone. */

const NUMBERS = new Map<number, Intl.NumberFormat>();
const CLOCKS = new Map<string, Intl.DateTimeFormat>();

/** `1234.5` → `1.234,5`; `digits` fixes the decimals. */
export function number(value: number, digits = 0): string {
  let format = NUMBERS.get(digits);
  if (!format) {
    format = new Intl.NumberFormat("pt-BR", {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
    NUMBERS.set(digits, format);
  }
  return format.format(value);
}

/** `02/03/2026 08:15` */
export function dateTime(instant: string | null, timezone: string): string {
  return instant ? `${date(instant, timezone)} ${time(instant, timezone)}` : "—";
}

/** `02/03/2026` */
export function date(instant: string, timezone: string): string {
  return clock(timezone, { day: "2-digit", month: "2-digit", year: "numeric" }).format(new Date(instant));
}

/** `08:15` */
export function time(instant: string, timezone: string): string {
  return clock(timezone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(instant));
}

/** Today's instants by their hour, others by day and hour: `14:30`, `amanhã 09:00`, `05/03 09:00`. */
export function shortDateTime(instant: string, timezone: string, now: Date): string {
  const day = date(instant, timezone);
  const hour = time(instant, timezone);
  if (day === date(now.toISOString(), timezone)) return hour;
  if (day === date(new Date(now.getTime() + 86_400_000).toISOString(), timezone)) return `amanhã ${hour}`;
  if (day === date(new Date(now.getTime() - 86_400_000).toISOString(), timezone)) return `ontem ${hour}`;
  return `${day.slice(0, 5)} ${hour}`;
}

/** `terça-feira, 3 de março` */
export function longDay(now: Date, timezone: string): string {
  return clock(timezone, { weekday: "long", day: "numeric", month: "long" }).format(now);
}

export function isSameDay(instant: string, now: Date, timezone: string): boolean {
  return date(instant, timezone) === date(now.toISOString(), timezone);
}

/** `850 m`, `7,8 km` */
export function distance(metres: number): string {
  if (metres < 950) return `${number(Math.round(metres / 10) * 10)} m`;
  const km = metres / 1000;
  return `${number(km, km < 100 ? 1 : 0)} km`;
}

/** `27 min`, `1 h 05 min` */
export function duration(minutes: number): string {
  const whole = Math.round(minutes);
  if (whole < 60) return `${whole} min`;
  return `${Math.floor(whole / 60)} h ${String(whole % 60).padStart(2, "0")} min`;
}

/** `há 3 min`, `há 2 h`, `há 4 dias`; `agora` within a minute. */
export function ago(instant: string, now: Date): string {
  const minutes = Math.floor((now.getTime() - Date.parse(instant)) / 60_000);
  if (minutes < 1) return "agora";
  if (minutes < 60) return `há ${minutes} min`;
  if (minutes < 48 * 60) return `há ${Math.floor(minutes / 60)} h`;
  return `há ${Math.floor(minutes / 1440)} dias`;
}

/** `812 B`, `340 KB`, `1,4 MB`, `2,1 GB` */
export function bytes(size: number): string {
  if (size < 1024) return `${size} B`;
  if (size < 1024 ** 2) return `${number(size / 1024)} KB`;
  if (size < 1024 ** 3) return `${number(size / 1024 ** 2, 1)} MB`;
  return `${number(size / 1024 ** 3, 1)} GB`;
}

/** Brazilian numbers are written without spaces in a `tel:`; the country code is added where it is missing. */
export function telHref(phone: string): string {
  const digits = phone.replace(/\D/g, "");
  return `tel:${digits.length > 11 ? `+${digits}` : digits}`;
}

/** `1`, `uma foto` / `3 fotos` */
export function plural(count: number, one: string, many: string): string {
  return count === 1 ? `1 ${one}` : `${number(count)} ${many}`;
}

function clock(timezone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = timezone + Object.keys(options).join();
  let format = CLOCKS.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat("pt-BR", { timeZone: timezone, ...options });
    CLOCKS.set(key, format);
  }
  return format;
}
