/** Photos and signatures, each with its own state; and the count that must agree at the end of the day. */
import type { FC } from "hono/jsx";
import type { View } from "../../rules/seen";
import type { StoredFile } from "../../store/schema";
import { Tag } from "../../ui/banner";
import { bytes, dateTime, number } from "../../ui/format";
import { SLOT } from "../../ui/labels";
import { Fold, Panel } from "../../ui/panel";

interface Props {
  files: readonly StoredFile[];
  waiting: number;
  view: View;
  timezone: string;
}

export const Files: FC<Props> = ({ files, view, timezone }) => {
  const received = files.filter((file) => file.state === "received").length;
  const isEven = received === files.length;
  const open = files.filter((file) => file.state !== "received");
  return (
    <Panel title="Fotos e assinaturas">
      <p class="flex flex-wrap items-center gap-2 text-lg">
        <span>
          Capturadas <b>{number(files.length)}</b>
        </span>
        <span aria-hidden="true">{isEven ? "=" : "≠"}</span>
        <span>
          Recebidas <b>{number(received)}</b>
        </span>
        <Tag tone={isEven ? "ok" : "warn"}>{isEven ? "confere" : `faltam ${files.length - received}`}</Tag>
      </p>
      {open.length > 0 ? (
        <ul class="mt-2">
          {open.map((file) => (
            <FileRow file={file} view={view} timezone={timezone} />
          ))}
        </ul>
      ) : null}
      {received > 0 ? (
        <Fold title={`Já recebidas (${received})`}>
          <ul>
            {files
              .filter((file) => file.state === "received")
              .map((file) => (
                <FileRow file={file} view={view} timezone={timezone} />
              ))}
          </ul>
        </Fold>
      ) : null}
    </Panel>
  );
};

const FileRow: FC<{ file: StoredFile; view: View; timezone: string }> = ({ file, view, timezone }) => (
  <li class="row" data-file={file.sha256}>
    <span class="min-w-0 flex-1">
      <span class="block font-semibold">{nameOf(file, view)}</span>
      <span class="text-quiet block text-[0.9375rem]">
        {dateTime(file.stored_at, timezone)} · {bytes(file.size)}
      </span>
      {file.state === "waiting" && file.offset > 0 ? (
        <progress
          class="progress progress-primary mt-1 w-full"
          value={file.offset}
          max={file.size}
          aria-label={`Enviado de ${nameOf(file, view)}`}
        />
      ) : null}
      {file.problem ? (
        <span class={`block ${file.state === "refused" ? "text-error font-semibold" : "text-quiet"}`}>
          {file.problem}
        </span>
      ) : null}
    </span>
    <StateTag file={file} />
  </li>
);

const StateTag: FC<{ file: StoredFile }> = ({ file }) => {
  switch (file.state) {
    case "received":
      return <Tag tone="ok">no portal</Tag>;
    case "refused":
      return <Tag tone="bad">recusado</Tag>;
    case "waiting":
      return (
        <Tag tone="warn">
          {file.offset > 0 ? `${Math.floor((100 * file.offset) / file.size)} %` : "no aparelho"}
        </Tag>
      );
  }
};

function nameOf(file: StoredFile, view: View): string {
  for (const visit of view.visits.values()) {
    const photo = visit.photos.find((one) => one.sha256 === file.sha256);
    if (!photo) continue;
    const number = view.orders.get(visit.order_id)?.web_number ?? null;
    return number === null ? `Foto: ${SLOT[photo.slot]}` : `Foto: ${SLOT[photo.slot]}, nº ${number}`;
  }
  return file.type === "image/png" ? "Assinatura" : "Foto";
}
