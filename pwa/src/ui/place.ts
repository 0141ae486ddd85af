/** A customer's address in words, and the links that lead there. */
import type { CustomerBody } from "../protocol/rows";

/** `Rua Felipe Schmidt, 515, sala 302` */
export function streetLine(customer: CustomerBody): string {
  return [customer.street, customer.number, customer.complement].filter(Boolean).join(", ");
}

/** `Centro, Florianópolis/SC` */
export function cityLine(customer: CustomerBody): string {
  const city = [customer.city, customer.uf].filter(Boolean).join("/");
  return [customer.district, city].filter(Boolean).join(", ");
}

/** `CEP 88025-399` */
export function cepWords({ cep }: CustomerBody): string | null {
  return cep && `CEP ${cep.replace(/^(\d{5})(\d{3})$/, "$1-$2")}`;
}

export function addressLine(customer: CustomerBody): string {
  return [streetLine(customer), cityLine(customer), cepWords(customer)].filter(Boolean).join(" – ");
}

export function hasAddress(customer: CustomerBody): boolean {
  return customer.latitude !== null || Boolean(customer.street);
}

/** Directions to the door: coordinates where they are known, else the address in words. */
export function directionsHref(customer: CustomerBody): string {
  const destination =
    customer.latitude !== null && customer.longitude !== null
      ? `${customer.latitude},${customer.longitude}`
      : addressLine(customer);
  return `https://www.google.com/maps/dir/?api=1&travelmode=driving&destination=${encodeURIComponent(destination)}`;
}

/** The phone's own choice of map app; the address is its label. */
export function geoHref(customer: CustomerBody): string {
  const label = encodeURIComponent(addressLine(customer));
  return customer.latitude !== null && customer.longitude !== null
    ? `geo:${customer.latitude},${customer.longitude}?q=${customer.latitude},${customer.longitude}(${label})`
    : `geo:0,0?q=${label}`;
}
