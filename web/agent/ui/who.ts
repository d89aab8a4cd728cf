import { t } from "./texts.ts";

/** What a customer is called: somebody in the chat may not have given a name or an address. */
export const called = (c: { name: string; email?: string }): string => c.name || c.email || t("chat.visitor");
