/** What belongs to a visit beside its timeline: form, photos, signature, part requests. */
import type { Child, FC } from "hono/jsx";
import type { SeenVisit } from "../../rules/seen";
import { isOpen } from "../../rules/visit-state";
import { plural } from "../../ui/format";
import { Icon, type IconName } from "../../ui/icons";

interface Props {
  visit: SeenVisit;
  hasFormDraft: boolean;
  hasSignatureDraft: boolean;
}

export const VisitParts: FC<Props> = ({ visit, hasFormDraft, hasSignatureDraft }) => {
  const base = `/field/visits/${visit.id}`;
  const open = isOpen(visit.state);
  const photos = visit.photos.filter((photo) => !photo.is_withdrawn);
  const unsent = photos.filter((photo) => photo.receipt === "device").length;
  return (
    <nav class="panel py-1" aria-label="Partes do atendimento">
      {open ? (
        <Part href={`${base}/form`} icon="form" title="Formulário">
          {visit.state === "form_filled" ? "preenchido" : hasFormDraft ? "rascunho salvo" : "a preencher"}
        </Part>
      ) : null}
      <Part href={`${base}/photos`} icon="camera" title="Fotos">
        {photos.length === 0
          ? "nenhuma"
          : `${plural(photos.length, "foto", "fotos")}${unsent > 0 ? `, ${unsent} a enviar` : ", no portal"}`}
      </Part>
      {open ? (
        <Part href={`${base}/signature`} icon="signature" title="Assinatura">
          {hasSignatureDraft ? "colhida" : "a colher"}
        </Part>
      ) : null}
      {open ? (
        <Part href={`/field/orders/${visit.order_id}/parts`} icon="part" title="Solicitar peça">
          {visit.part_requests.length === 0
            ? "nenhuma"
            : plural(visit.part_requests.length, "solicitada", "solicitadas")}
        </Part>
      ) : null}
    </nav>
  );
};

const Part: FC<{ href: string; icon: IconName; title: string; children?: Child }> = ({
  href,
  icon,
  title,
  children,
}) => (
  <a class="row" href={href}>
    <Icon name={icon} class="text-primary size-6" />
    <span class="flex-1 font-semibold">{title}</span>
    <span class="text-quiet">{children}</span>
    <Icon name="next" class="text-quiet size-5" />
  </a>
);
