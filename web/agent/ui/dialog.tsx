import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "./icon.tsx";
import { dialog } from "./screen.ts";
import { t } from "./texts.ts";

/** A native dialog: the browser keeps the focus inside and gives it back. */
export function Box({ title, children, bare, wide }: { title: string; children: ComponentChildren; bare?: boolean; wide?: boolean }) {
  const self = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const back = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    self.current?.showModal();
    return () => back?.isConnected && back.focus();
  }, []);
  const close = () => (dialog.value = "");
  return (
    <dialog ref={self} class={`box ${bare ? "bare" : ""} ${wide ? "wide" : ""}`} aria-label={title} onClose={close} onMouseDown={(e) => e.target === self.current && close()}>
      <div class="box-in">
        {!bare && <header><h2>{title}</h2><button class="tool" aria-label={t("desk.close")} onClick={close}><Icon name="close" /></button></header>}
        {children}
      </div>
    </dialog>
  );
}

export function Feet({ label, ready }: { label: string; ready: boolean }) {
  return (
    <footer class="box-feet">
      <button type="button" class="button" onClick={() => (dialog.value = "")}>{t("desk.cancel")} <kbd class="kbd">Esc</kbd></button>
      <button class="button primary" disabled={!ready}>{label}</button>
    </footer>
  );
}
