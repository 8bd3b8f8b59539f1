import { ArrowLeft, X } from "lucide-react";
import { useEffect, useState } from "react";
import type { SettingCategory } from "../../../../sdk/src/index.ts";
import { goBack, workspaceSettingsPlace } from "../../platform/address.ts";
import { usePageTitle } from "../../platform/page-title.ts";
import { texts } from "../../platform/texts.ts";
import { IconButton } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Failure } from "../../ui/notice.tsx";
import { SelectField } from "../../ui/select-field.tsx";
import { SkeletonRows } from "../../ui/skeleton-rows.tsx";
import { Switch } from "../../ui/switch.tsx";
import { AddSetting } from "./add-setting.tsx";
import { useModels } from "./models.ts";
import { useSetSetting, useWorkspaceSettings } from "./settings-store.ts";

interface KnownSetting {
  key: string;
  kind: "text" | "number" | "switch" | "model" | readonly string[];
  label: string;
}

/** The settings that seed clients know by name; any others are listed below them. */
const known: Record<SettingCategory, readonly KnownSetting[]> = {
  editor: [
    { key: "theme", kind: ["system", "light", "dark"], label: texts.setting.theme },
    { key: "font_size", kind: "number", label: texts.setting.fontSize },
    { key: "line_numbers", kind: "switch", label: texts.setting.lineNumbers },
    { key: "word_wrap", kind: "switch", label: texts.setting.wordWrap },
  ],
  theme: [
    { key: "accent_color", kind: "text", label: texts.setting.accentColour },
    { key: "sidebar_position", kind: ["left", "right"], label: texts.setting.sidebarPosition },
  ],
  llm: [
    { key: "default_model", kind: "model", label: texts.setting.defaultModel },
    { key: "temperature", kind: "number", label: texts.setting.temperature },
    { key: "max_tokens", kind: "number", label: texts.setting.maxTokens },
  ],
  terminal: [
    { key: "shell", kind: "text", label: texts.setting.shell },
    { key: "font_size", kind: "number", label: texts.setting.fontSize },
  ],
  workspace: [
    { key: "auto_save", kind: "switch", label: texts.setting.autoSave },
    { key: "save_interval", kind: "number", label: texts.setting.saveInterval },
  ],
};

/** One category of one's settings. A change is kept at once and shows in every tab. */
export function SettingsPane({ category }: { category: SettingCategory }) {
  usePageTitle(texts.settingCategory[category]);
  const settings = useWorkspaceSettings();
  const { set, error } = useSetSetting(category);
  if (settings === undefined) return <SkeletonRows />;
  const values = settings[category] ?? {};
  const others = Object.keys(values).filter((key) => !known[category].some((each) => each.key === key));
  return (
    <section className="h-full max-w-xl overflow-y-auto px-4 py-6 medium:px-10">
      <div className="flex items-center gap-1">
        <IconButton
          icon={ArrowLeft}
          label={texts.back}
          className="-ms-2 medium:hidden rtl:-scale-x-100"
          onClick={() => goBack(workspaceSettingsPlace(null))}
        />
        <h1 className="min-w-0 font-semibold text-title">{texts.settingCategory[category]}</h1>
      </div>
      <p className="mt-1 text-ink-soft">{texts.settingsAbout}</p>
      <div className="mt-6 flex flex-col gap-5">
        {error !== null && <Failure>{error}</Failure>}
        {known[category].map((setting) => (
          <SettingField
            key={`${category}.${setting.key}`}
            setting={setting}
            value={values[setting.key]}
            onSet={(value) => set(setting.key, value)}
          />
        ))}
        {others.length > 0 && (
          <dl className="flex flex-col gap-1 border-line border-t pt-4">
            {others.map((key) => (
              <div key={key} className="flex items-start gap-3">
                <dt className="w-40 shrink-0 truncate py-1 font-medium">{key}</dt>
                <dd className="min-w-0 flex-1 py-1 font-mono text-detail [overflow-wrap:anywhere]">
                  {JSON.stringify(values[key])}
                </dd>
                <IconButton
                  size="small"
                  icon={X}
                  label={texts.deleteSetting(key)}
                  onClick={() => set(key, undefined)}
                />
              </div>
            ))}
          </dl>
        )}
        <AddSetting key={category} onAdd={set} />
      </div>
    </section>
  );
}

interface SettingFieldProps {
  setting: KnownSetting;
  value: unknown;
  onSet: (value: unknown) => void;
}

function SettingField({ setting: { kind, label }, value, onSet }: SettingFieldProps) {
  if (kind === "switch") return <Switch label={label} isOn={value === true} onChange={onSet} />;
  if (kind === "model") return <ModelSetting label={label} value={value} onSet={onSet} />;
  if (typeof kind !== "string") {
    const options = kind.map((each) => ({ value: each, label: texts.settingValue[each] ?? each }));
    return <ChosenSetting label={label} value={value} options={options} onSet={onSet} />;
  }
  return <TypedSetting label={label} value={value} isNumber={kind === "number"} onSet={onSet} />;
}

interface ChosenProps {
  label: string;
  value: unknown;
  options: readonly { value: string; label: string }[];
  onSet: (value: unknown) => void;
}

function ChosenSetting({ label, value, options, onSet }: ChosenProps) {
  const chosen = typeof value === "string" ? value : "";
  const isOther = chosen !== "" && !options.some((option) => option.value === chosen);
  return (
    <SelectField
      label={label}
      value={chosen}
      options={[
        { value: "", label: texts.notSet },
        ...options,
        ...(isOther ? [{ value: chosen, label: chosen }] : []),
      ]}
      onChange={(next) => onSet(next === "" ? undefined : next)}
    />
  );
}

function ModelSetting({ label, value, onSet }: Omit<ChosenProps, "options">) {
  const { models } = useModels();
  const options = models.map(({ id }) => ({ value: id, label: id }));
  return <ChosenSetting label={label} value={value} options={options} onSet={onSet} />;
}

/** Kept when one leaves the field or presses Enter; an empty one is forgotten. */
function TypedSetting({
  label,
  value,
  isNumber,
  onSet,
}: Omit<ChosenProps, "options"> & { isNumber: boolean }) {
  const shown = value === undefined || value === null ? "" : String(value);
  const [text, setText] = useState(shown);
  useEffect(() => setText(shown), [shown]);
  const keep = () => {
    if (text === shown) return;
    if (text.trim() === "") onSet(undefined);
    else if (!isNumber) onSet(text);
    else if (Number.isFinite(Number(text))) onSet(Number(text));
    else setText(shown);
  };
  return (
    <TextField
      label={label}
      value={text}
      inputMode={isNumber ? "decimal" : "text"}
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => setText(event.target.value)}
      onBlur={keep}
      onKeyDown={(event) => event.key === "Enter" && keep()}
    />
  );
}
