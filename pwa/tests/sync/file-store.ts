/** The fake portal's tus: uploads in pieces, each file verified and kept once. */
import { sha256 } from "../../src/protocol/sha256";
import { problem } from "./problem";

interface Upload {
  sha256: string;
  bytes: Uint8Array;
  length: number;
}

export class FileStore {
  files = new Map<string, Uint8Array>();
  uploads = new Map<string, Upload>();

  constructor(readonly onStored: (sha256: string) => void) {}

  async answer(request: Request, path: string): Promise<Response> {
    const { headers } = request;
    if (request.method === "POST") {
      const metadata = Object.fromEntries(
        (headers.get("upload-metadata") ?? "").split(",").map((pair) => pair.split(" ") as [string, string]),
      );
      const hash = atob(metadata.sha256 ?? "");
      const open = [...this.uploads].find(([, upload]) => upload.sha256 === hash);
      const id = open?.[0] ?? crypto.randomUUID(); // as the portal: asked again, the same upload
      if (open === undefined) {
        const bytes = this.files.get(hash) ?? new Uint8Array();
        this.uploads.set(id, { sha256: hash, bytes, length: Number(headers.get("upload-length")) });
      }
      return this.#progress(id, 201, { location: `/sync/v1/files/${id}` });
    }
    const id = path.split("/").at(-1) ?? "";
    const upload = this.uploads.get(id);
    if (upload === undefined) {
      return problem(404, "upload_unknown");
    }
    if (request.method === "PATCH") {
      if (Number(headers.get("upload-offset")) !== upload.bytes.byteLength) {
        return problem(409, "upload_offset", { offset: upload.bytes.byteLength });
      }
      const piece = new Uint8Array(await request.arrayBuffer());
      const digest = btoa(
        String.fromCharCode(...new Uint8Array(await crypto.subtle.digest("SHA-256", piece))),
      );
      if (headers.get("upload-checksum") !== `sha256 ${digest}`) {
        return problem(460, "checksum_mismatch");
      }
      upload.bytes = Uint8Array.from([...upload.bytes, ...piece]);
      if (upload.bytes.byteLength === upload.length) {
        if ((await sha256(upload.bytes.buffer as ArrayBuffer)) !== upload.sha256) {
          this.uploads.delete(id);
          return problem(422, "file_hash_mismatch", {});
        }
        this.files.set(upload.sha256, upload.bytes);
        this.onStored(upload.sha256);
      }
    }
    return this.#progress(id, request.method === "PATCH" ? 204 : 200, {});
  }

  #progress(id: string, status: number, more: Record<string, string>): Response {
    const upload = this.uploads.get(id) as Upload;
    const receipt: Record<string, string> = this.files.has(upload.sha256)
      ? { "file-receipt": upload.sha256 }
      : {};
    return new Response(null, {
      status,
      headers: { "upload-offset": String(upload.bytes.byteLength), ...receipt, ...more },
    });
  }
}
