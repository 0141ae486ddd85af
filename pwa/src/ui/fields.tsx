/** Labelled form fields, each with its error beside it and tied to it for a screen reader. */
import type { FC, PropsWithChildren } from "hono/jsx";
import type { FieldErrors } from "../rules/completion";
import { Icon } from "./icons";

interface Common {
  name: string;
  label: string;
  errors?: FieldErrors;
  hint?: string;
  isOptional?: boolean;
}

type TextProps = Common & {
  value: string;
  type?: "text" | "tel" | "email" | "password" | "number" | "datetime-local" | "search";
  inputmode?: "text" | "numeric" | "decimal" | "tel" | "email";
  autocomplete?: string;
  autocapitalize?: "words" | "sentences" | "none";
  list?: string;
  placeholder?: string;
};

export const TextField: FC<TextProps> = (props) => {
  const { name, value, type = "text", errors, hint } = props;
  return (
    <Labelled {...props}>
      <input
        id={idOf(name)}
        class="input"
        name={name}
        type={type}
        value={value}
        inputmode={props.inputmode}
        autocomplete={props.autocomplete ?? "off"}
        autocapitalize={props.autocapitalize}
        list={props.list}
        placeholder={props.placeholder}
        {...described(name, errors, hint)}
      />
    </Labelled>
  );
};

export const TextArea: FC<Common & { value: string; rows?: number; placeholder?: string }> = (props) => (
  <Labelled {...props}>
    <textarea
      id={idOf(props.name)}
      class="textarea"
      name={props.name}
      rows={props.rows ?? 3}
      placeholder={props.placeholder}
      {...described(props.name, props.errors, props.hint)}
    >
      {props.value}
    </textarea>
  </Labelled>
);

export interface Option {
  value: string;
  label: string;
}

export const SelectField: FC<Common & { value: string; options: readonly Option[]; blank?: string }> = (
  props,
) => (
  <Labelled {...props}>
    <select
      id={idOf(props.name)}
      class="select"
      name={props.name}
      {...described(props.name, props.errors, props.hint)}
    >
      {props.blank === undefined ? null : <option value="">{props.blank}</option>}
      {props.options.map(({ value, label }) => (
        <option value={value} selected={value === props.value}>
          {label}
        </option>
      ))}
    </select>
  </Labelled>
);

export const ChoiceField: FC<
  Common & { value: string; options: readonly (Option & { hint?: string })[]; columns?: boolean }
> = ({ name, label, value, options, errors, hint, columns = false }) => (
  <fieldset id={idOf(name)} class="min-w-0" tabindex={-1} {...described(name, errors, hint)}>
    <legend class="mb-1.5 font-semibold">{label}</legend>
    {hint ? <Hint name={name}>{hint}</Hint> : null}
    <div class={columns ? "grid grid-cols-2 gap-2" : "grid gap-2"}>
      {options.map((option) => (
        <label class="choice">
          <input
            class="radio radio-primary"
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
          />
          <span>
            <span class="block font-semibold">{option.label}</span>
            {option.hint ? <span class="text-quiet block text-[0.9375rem]">{option.hint}</span> : null}
          </span>
        </label>
      ))}
    </div>
    <FieldError name={name} errors={errors} />
  </fieldset>
);

export const CheckField: FC<{ name: string; label: string; isChecked: boolean }> = ({
  name,
  label,
  isChecked,
}) => (
  <label class="choice">
    <input class="checkbox checkbox-primary" type="checkbox" name={name} value="yes" checked={isChecked} />
    <span class="font-semibold">{label}</span>
  </label>
);

/** What to mend, at the head of a form that came back; each line leads to its field. */
export const ErrorSummary: FC<{ errors: FieldErrors }> = ({ errors }) => {
  const entries = Object.entries(errors);
  if (entries.length === 0) return null;
  return (
    <div id="errors" class="banner tone-bad" role="alert" tabindex={-1} data-focus>
      <Icon name="warning" />
      <div>
        <p class="font-bold">
          {entries.length === 1 ? "Falta um ponto:" : `Faltam ${entries.length} pontos:`}
        </p>
        <ul class="mt-1 grid">
          {entries.map(([name, message]) => (
            <li>
              <a class="flex min-h-12 items-center underline" href={`#${idOf(name)}`}>
                {message}
              </a>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
};

export function idOf(name: string): string {
  return `field-${name.replace(/[^\w-]/g, "-")}`;
}

const Labelled: FC<PropsWithChildren<Common>> = (props) => (
  <div class="min-w-0">
    <label class="mb-1.5 block font-semibold" for={idOf(props.name)}>
      {props.label}
      {props.isOptional ? <span class="text-quiet font-normal"> (opcional)</span> : null}
    </label>
    {props.hint ? <Hint name={props.name}>{props.hint}</Hint> : null}
    {props.children}
    <FieldError name={props.name} errors={props.errors} />
  </div>
);

const Hint: FC<PropsWithChildren<{ name: string }>> = ({ name, children }) => (
  <p id={`${idOf(name)}-hint`} class="text-quiet mb-1.5 text-[0.9375rem]">
    {children}
  </p>
);

const FieldError: FC<{ name: string; errors?: FieldErrors }> = ({ name, errors }) =>
  errors?.[name] ? (
    <p id={`${idOf(name)}-error`} class="text-error mt-1.5 flex items-start gap-1.5 font-semibold">
      <Icon name="warning" class="size-5" />
      {errors[name]}
    </p>
  ) : null;

function described(name: string, errors: FieldErrors | undefined, hint: string | undefined) {
  const ids = [hint && `${idOf(name)}-hint`, errors?.[name] && `${idOf(name)}-error`].filter(Boolean);
  return {
    "aria-invalid": errors?.[name] ? ("true" as const) : undefined,
    "aria-describedby": ids.length > 0 ? ids.join(" ") : undefined,
  };
}
