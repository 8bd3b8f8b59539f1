import type { Answer, Person } from "./person.ts";
import type { Message } from "./shapes.ts";

export interface SupportConversation {
  id: string;
  status: string;
  subject: string | null;
  customer_id: string;
  customer: { display_name: string } | null;
  agent_id: string | null;
  agent: { display_name: string } | null;
  unread_count: number;
  seq: number;
}

export const supportPath = "/v1/support/conversations";

/** Makes somebody an agent, or takes it back. */
export async function makeAgent(admin: Person, person: Person, isAgent = true): Promise<void> {
  await admin.put(`/v1/admin/users/${person.id}`, { agent: isAgent });
}

export async function openSupport(
  customer: Person,
  message = "it does not work",
): Promise<SupportConversation> {
  return (await customer.post<SupportConversation>(supportPath, { subject: "Help", message })).data;
}

/** @param verb `assign`, `resolve`, `close`, `reopen`. */
export function leadSupport(
  person: Person,
  id: string,
  verb: string,
  body?: unknown,
): Promise<Answer<SupportConversation>> {
  return person.post<SupportConversation>(`${supportPath}/${id}/${verb}`, body);
}

export async function supportAs(person: Person, id: string): Promise<SupportConversation> {
  return (await person.get<SupportConversation>(`${supportPath}/${id}`)).data;
}

export function replyInSupport(person: Person, id: string, content: string): Promise<Answer<Message>> {
  return person.post<Message>(`${supportPath}/${id}/messages`, { content });
}
