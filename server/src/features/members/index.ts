export { Members } from "./members.service.ts";
