import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { busy } from "./casefile.ts";
import { hint, says, sendKey, sendName, sends, tabName } from "./composer-words.ts";
import type { Tab } from "./drafts.ts";
import { Files } from "./files.tsx";
import { Icon } from "./icon.tsx";
import { needPeople, needReplies } from "./me.ts";
import { Preview } from "./preview.tsx";
import { choose, Suggestions, wordAt, matching, type Suggestion } from "./suggest.tsx";
import { t } from "./texts.ts";
import { useUploads } from "./upload.tsx";
import type { CaseDetail, FileRef } from "./types.ts";

interface Props {
  tab: Exclude<Tab, "promise">;
  of: CaseDetail;
  text: string;
  files: FileRef[];
  mentions: string[];
  onText: (text: string) => void;
  onFiles: (files: FileRef[]) => void;
  onMentions: (ids: string[]) => void;
  onSend: () => void;
}

/** A field for text with what belongs to it: files, saved replies, mentions, a preview, and the button to send. */
export function Editor(p: Props) {
  const field = useRef<HTMLTextAreaElement>(null);
  const [preview, setPreview] = useState(false);
  const uploads = useUploads(p.files, p.onFiles);
  const suggest = useSuggest(p, field);
  const withFiles = p.tab === "message" || p.tab === "note";
  const ready = p.text.trim() !== "" || (p.tab === "message" && p.files.length > 0);
  useGrow(field, p.text, preview);
  const keys = (e: KeyboardEvent) => {
    if (suggest.key(e)) return;
    if (sends(e, p.of)) { e.preventDefault(); if (ready && !uploads.busy) p.onSend(); }
    if (e.key === ";" && (e.ctrlKey || e.metaKey)) { e.preventDefault(); suggest.ask("/"); }
    if (e.key === "Escape") { e.stopPropagation(); field.current?.blur(); }
  };
  return (
    <div class={`editor ${uploads.over ? "over" : ""}`} {...(withFiles ? uploads.drop : {})}>
      {preview ? <Preview text={p.text} /> : (
        <textarea ref={field} class="write" rows={p.tab === "question" ? 2 : 3} value={p.text} aria-label={tabName(p.tab, p.of)} placeholder={hint(p.tab, p.of)} spellcheck
          aria-autocomplete={suggest.list.length ? "list" : undefined} aria-controls={suggest.list.length ? "suggestions" : undefined} aria-activedescendant={suggest.list.length ? `suggestion-${suggest.at}` : undefined}
          onInput={(e) => { p.onText(e.currentTarget.value); suggest.look(); }} onKeyDown={keys} onClick={suggest.look} onBlur={suggest.shut} onPaste={withFiles ? uploads.paste : undefined} />
      )}
      {!preview && <Suggestions list={suggest.list} at={suggest.at} onPick={suggest.pick} />}
      <Files files={withFiles ? p.files : []} onDrop={(id) => p.onFiles(p.files.filter((f) => f.id !== id))} />
      {uploads.note}
      <div class="compose-foot">
        {withFiles && <button class="tool" type="button" aria-label={t("compose.attach")} title={t("compose.attach")} onClick={uploads.pick}><Icon name="clip" size={17} /></button>}
        {p.tab !== "note" && <button class="tool" type="button" aria-label={t("compose.replies")} title={`${t("compose.replies")} (Ctrl ;)`} onClick={() => suggest.ask("/")}><Icon name="quick" size={17} /></button>}
        {p.tab === "note" && <button class="tool" type="button" aria-label={t("compose.mention")} title={`${t("compose.mention")} (@)`} onClick={() => suggest.ask("@")}><Icon name="users" size={17} /></button>}
        {p.tab !== "question" && <button class="tool" type="button" aria-label={t("compose.preview")} title={t("compose.preview")} aria-pressed={preview} onClick={() => setPreview(!preview)}><Icon name="eye" size={17} /></button>}
        <p class="soft compose-says">{says(p.tab, p.of)}</p>
        <button class="button primary" type="button" disabled={!ready || uploads.busy || !!busy.value} onClick={p.onSend} title={sendKey(p.of)}><span>{sendName(p.tab, p.of)}</span> <Icon name={p.tab === "note" ? "lock" : "send"} /></button>
      </div>
    </div>
  );
}

/** The field is as high as its text, within limits; where CSS can do that itself it does. */
function useGrow(field: { current: HTMLTextAreaElement | null }, text: string, preview: boolean): void {
  useLayoutEffect(() => {
    const f = field.current;
    if (!f || CSS.supports("field-sizing", "content")) return;
    f.style.height = "auto";
    f.style.height = `${Math.min(f.scrollHeight, 320)}px`;
  }, [text, preview]);
}

/** Saved replies after "/" and colleagues after "@". */
function useSuggest(p: Props, field: { current: HTMLTextAreaElement | null }) {
  const [word, setWord] = useState<{ sign: "/" | "@"; from: number; q: string } | null>(null);
  const [at, setAt] = useState(0);
  useEffect(() => void (p.tab === "note" ? needPeople() : needReplies()), [p.tab]);
  const list: Suggestion[] = word ? matching(word.sign, word.q) : [];
  const shut = () => setWord(null);
  const look = () => {
    const f = field.current;
    const found = f ? wordAt(f.value, f.selectionStart, p.tab === "note" ? "@" : "/") : null;
    setWord(found);
    if (found?.q !== word?.q) setAt(0);
  };
  const place = (text: string, caret: number) => {
    p.onText(text);
    setWord(null);
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(caret, caret);
    });
  };
  const pick = async (s: Suggestion) => {
    const f = field.current;
    if (!f || !word) return;
    const end = word.from + 1 + word.q.length;
    if (s.mention && !p.mentions.includes(s.id)) p.onMentions([...p.mentions, s.id]);
    const put = await choose(s, p.of.id);
    place(f.value.slice(0, word.from) + put + f.value.slice(end), word.from + put.length);
  };
  const key = (e: KeyboardEvent): boolean => {
    if (!list.length) return false;
    if (e.key === "ArrowDown" || e.key === "ArrowUp") setAt((at + (e.key === "ArrowDown" ? 1 : list.length - 1)) % list.length);
    else if ((e.key === "Enter" && !e.ctrlKey && !e.metaKey) || e.key === "Tab") void pick(list[at]!);
    else if (e.key === "Escape") shut();
    else return false;
    e.preventDefault();
    e.stopPropagation();
    return true;
  };
  const ask = (sign: "/" | "@") => {
    const f = field.current;
    if (!f) return;
    const before = f.value.slice(0, f.selectionStart);
    const put = (before === "" || /\s$/.test(before) ? "" : " ") + sign;
    const text = before + put + f.value.slice(f.selectionStart);
    p.onText(text);
    const caret = before.length + put.length;
    requestAnimationFrame(() => {
      f.focus();
      f.setSelectionRange(caret, caret);
      setWord({ sign, from: caret - 1, q: "" });
      setAt(0);
    });
  };
  return { list, at, look, shut, key, ask, pick: (s: Suggestion) => void pick(s) };
}
