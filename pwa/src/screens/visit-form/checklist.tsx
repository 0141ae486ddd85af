/** The checklist's questions as the technician answers them. The desk's editor previews with this same component. */
import type { FC } from "hono/jsx";
import type { ChecklistBody, ChecklistItem } from "../../protocol/rows";
import type { FieldErrors } from "../../rules/completion";
import { ChoiceField, idOf, SelectField, TextField } from "../../ui/fields";
import { plural } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { Panel } from "../../ui/panel";

/** So few options are buttons: one look, one tap. */
const FEW = 3;
const SAID: Record<string, string> = { yes: "Sim", no: "Não" };

export const Checklist: FC<{
  checklist: ChecklistBody;
  value: (name: string) => string;
  /** how many photos answer a question */
  photos: (key: string) => number;
  errors: FieldErrors;
}> = ({ checklist, value, photos, errors }) => (
  <Panel title={`Checklist: ${checklist.name}`}>
    <div class="grid gap-5">
      {checklist.items.map((item) => (
        <div class="grid gap-2">
          <Question item={item} value={value(`checklist.${item.key}`)} errors={errors} />
          {item.photo && item.photo !== "never" ? (
            <QuestionPhoto item={item} count={photos(item.key)} errors={errors} />
          ) : null}
        </div>
      ))}
    </div>
  </Panel>
);

const Question: FC<{ item: ChecklistItem; value: string; errors: FieldErrors }> = ({
  item,
  value,
  errors,
}) => {
  const common = {
    name: `checklist.${item.key}`,
    label: item.unit ? `${item.label} (${item.unit})` : item.label,
    hint: [item.help, expected(item)].filter(Boolean).join(" ") || undefined,
    value,
    errors,
    isOptional: !item.is_required,
  };
  switch (item.type) {
    case "yes_no":
      return <ChoiceField {...common} columns options={["yes", "no"].map(named)} />;
    case "choice":
      return item.options.length <= FEW ? (
        <ChoiceField {...common} columns={item.options.length === 2} options={item.options.map(named)} />
      ) : (
        <SelectField {...common} blank="Escolha" options={item.options.map(named)} />
      );
    case "number":
      return <TextField {...common} inputmode="decimal" />;
    case "text":
      return <TextField {...common} />;
  }
};

/** A button of the form, so that what was typed is saved on the way to the camera. */
const QuestionPhoto: FC<{ item: ChecklistItem; count: number; errors: FieldErrors }> = ({
  item,
  count,
  errors,
}) => {
  const name = `photo.${item.key}`;
  return (
    <div id={idOf(name)} tabindex={-1}>
      <button class="btn btn-quiet w-full" type="submit" name="photo" value={item.key}>
        <Icon name="camera" class="size-5" />
        {count > 0 ? `Ver ${plural(count, "foto", "fotos")}` : "Tirar foto"}
      </button>
      <p class={`mt-1 text-[0.9375rem] ${errors[name] ? "text-error font-semibold" : "text-quiet"}`}>
        {errors[name] ??
          (item.photo === "always"
            ? "Foto obrigatória."
            : `Foto obrigatória se a resposta for ${whenBad(item)}.`)}
      </p>
    </div>
  );
};

function named(value: string): { value: string; label: string } {
  return { value, label: SAID[value] ?? value };
}

function expected({ minimum, maximum }: ChecklistItem): string {
  if (minimum !== undefined && maximum !== undefined) return `Esperado: de ${br(minimum)} a ${br(maximum)}.`;
  if (minimum !== undefined) return `Esperado: a partir de ${br(minimum)}.`;
  return maximum === undefined ? "" : `Esperado: até ${br(maximum)}.`;
}

function whenBad(item: ChecklistItem): string {
  if (item.type === "number") return "fora do esperado";
  return (item.bad ?? []).map((value) => named(value).label).join(" ou ") || "ruim";
}

function br(value: number): string {
  return String(value).replace(".", ",");
}
