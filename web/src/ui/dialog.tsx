/** A modal dialog of the browser's own: focus stays inside, Escape closes it and gives the focus back. */
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

export function Dialog(props: { title: string; onClose?: (() => void) | undefined; class?: string; children: ComponentChildren }) {
  const at = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const box = at.current!;
    if (!box.open) box.showModal();
    return () => box.close();
  }, []);
  return (
    <dialog
      ref={at}
      class={`dialog ${props.class ?? ''}`}
      aria-label={props.title}
      onCancel={e => {
        e.preventDefault();
        props.onClose?.();
      }}
      onClick={e => e.target === at.current && props.onClose?.()}
    >
      <div class="dialog-body">
        <header>
          <h2>{props.title}</h2>
          {props.onClose && (
            <button type="button" class="plain" aria-label="Close" onClick={props.onClose}>
              ✕
            </button>
          )}
        </header>
        {props.children}
      </div>
    </dialog>
  );
}

/** A question before something that is not taken back. */
export function Confirm(props: { title: string; text: string; yes: string; onYes(): void; onClose(): void }) {
  return (
    <Dialog title={props.title} onClose={props.onClose}>
      <p>{props.text}</p>
      <div class="row dialog-end">
        <button type="button" onClick={props.onClose}>
          No
        </button>
        <button
          type="button"
          class="primary"
          onClick={() => {
            props.onYes();
            props.onClose();
          }}
        >
          {props.yes}
        </button>
      </div>
    </Dialog>
  );
}
