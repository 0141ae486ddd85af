/**
 * A photo made fit for the report: upright, resized, encoded anew; so nothing of its EXIF, the position
 * included, leaves the phone.
 */
import { Refusal } from "../store/failures";
import type { PreparedPhoto } from "./deps";

const QUALITY = 0.85;

/** @throws Refusal `photo_unreadable` for what is no image that this browser can read */
export async function preparePhoto(photo: Blob, maxPx: number): Promise<PreparedPhoto> {
  const image = await decode(photo);
  const scale = Math.min(1, maxPx / Math.max(image.width, image.height));
  const width = Math.max(1, Math.round(image.width * scale));
  const height = Math.max(1, Math.round(image.height * scale));
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const surface = canvas.getContext("2d");
  surface?.drawImage(image, 0, 0, width, height);
  image.close();
  const encoded = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  // Safari keeps every canvas until it is told that it is small.
  canvas.width = canvas.height = 0;
  if (surface === null || encoded === null) {
    throw unreadable();
  }
  return { bytes: await encoded.arrayBuffer(), type: "image/jpeg", width, height };
}

async function decode(photo: Blob): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(photo, { imageOrientation: "from-image" });
  } catch {
    throw unreadable();
  }
}

function unreadable(): Refusal {
  return new Refusal("photo_unreadable", "Esta imagem não pôde ser lida. Tire outra foto.");
}
