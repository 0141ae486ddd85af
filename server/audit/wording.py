"""What the trail's codes say in pt-BR. A code that is not here is shown as it is: nothing is hidden."""

from __future__ import annotations

import json
from typing import Any

ACTIONS = {
    "login.accepted": "Entrou",
    "login.refused": "Entrada recusada",
    "login.code_refused": "Código de verificação recusado",
    "login.recovery_code_used": "Entrou com código de recuperação",
    "logout": "Saiu",
    "reset.asked": "Pediu nova senha",
    "password.changed": "Trocou a senha",
    "password.invitation": "Escolheu a primeira senha",
    "password.reset": "Redefiniu a senha",
    "profile.edited": "Editou o perfil",
    "email.asked": "Pediu outro e-mail de entrada",
    "email.proved": "Confirmou o e-mail de entrada",
    "secondary.asked": "Informou e-mail secundário",
    "secondary.proved": "Confirmou o e-mail secundário",
    "second_factor.confirmed": "Ativou a verificação em duas etapas",
    "second_factor.removed": "Desativou a verificação em duas etapas",
    "second_factor.reset": "Redefiniu a verificação em duas etapas",
    "second_factor.codes_renewed": "Gerou novos códigos de recuperação",
    "session.revoked": "Encerrou uma sessão",
    "sessions.revoked": "Encerrou todas as sessões",
    "device.revoked": "Bloqueou um aparelho",
    "user.invited": "Convidou uma pessoa",
    "user.edited": "Editou uma pessoa",
    "user.link_sent": "Enviou link de acesso",
    "user.deactivated": "Desativou um acesso",
    "user.reactivated": "Reativou um acesso",
    "viewing.began": "Passou a ver o portal como outra pessoa",
    "viewing.ended": "Deixou de ver como outra pessoa",
    "admin.denied": "Tentou abrir o que é do administrador",
    "policy.published": "Publicou um documento",
    "consent.confirmed": "Confirmou um documento",
    "consent.granted": "Autorizou",
    "consent.refused": "Recusou",
    "export.asked": "Pediu cópia de dados",
    "export.done": "Cópia de dados pronta",
    "erasure.asked": "Pediu remoção de dados",
    "erasure.approved": "Aprovou remoção de dados",
    "erasure.refused": "Recusou remoção de dados",
    "erasure.held": "Reteve dados por lei",
    "erasure.cancelled": "Cancelou pedido de remoção",
    "erasure.done": "Dados removidos",
    "webhook_endpoint.secret_rotated": "Gerou outro segredo de webhook",
    "notification_text.written": "Escreveu o texto de um aviso",
    "notification_text.reset": "Voltou um aviso ao texto padrão",
    "reseller.added": "Revenda criada",
    "brand.edited": "Editou a marca da revenda",
    "bridge.added": "Criou conta da ponte",
}
KINDS = {
    "app_user": "pessoa",
    "customer": "cliente",
    "contract": "contrato",
    "company": "empresa",
    "equipment": "equipamento",
    "technician": "técnico",
    "carrier": "transportador",
    "defect": "defeito",
    "part": "peça",
    "checklist_template": "checklist",
    "checklist_version": "versão de checklist",
    "reseller": "revenda",
    "brand": "marca",
    "policy_document": "documento",
    "notification_text": "texto de aviso",
    "sync_client": "aparelho",
    "api_token": "token da API",
    "webhook_endpoint": "endereço de webhook",
}
ACTS = {
    "added": "Incluiu",
    "edited": "Editou",
    "retired": "Desativou",
    "reinstated": "Reativou",
    "placed": "Localizou",
    "ended": "Encerrou",
}
# For the filter: the first part of a code.
GROUPS = {
    "login": "Entradas",
    "second_factor": "Verificação em duas etapas",
    "password": "Senhas",
    "user": "Usuários",
    "admin": "Acessos negados",
    "viewing": "Ver como outra pessoa",
    "consent": "Confirmações e escolhas",
    "erasure": "Remoção de dados",
    "export": "Cópias de dados",
    "policy": "Documentos",
    "customer": "Clientes",
    "equipment": "Equipamentos",
    "technician": "Técnicos",
    "device": "Aparelhos",
    "brand": "Marca",
    "api_token": "Tokens da API",
    "webhook_endpoint": "Webhooks",
}


def action_name(code: str) -> str:
    if code in ACTIONS:
        return ACTIONS[code]
    kind, _, act = code.partition(".")
    return f"{ACTS[act]} {KINDS[kind]}" if kind in KINDS and act in ACTS else code


def facts_of(text: str) -> tuple[list[tuple[str, str]], list[tuple[str, str, str]]]:
    """Plain facts, and what changed: name, before, after."""
    facts: dict[str, Any] = json.loads(text)
    before, after = facts.pop("before", None), facts.pop("after", None)
    changes = []
    if isinstance(before, dict) and isinstance(after, dict):
        changes = [
            (name, _said(before.get(name)), _said(after.get(name)))
            for name in dict.fromkeys([*before, *after])
            if before.get(name) != after.get(name)
        ]
    elif isinstance(after, dict):
        changes = [(name, "", _said(value)) for name, value in after.items() if value not in ("", None)]
    elif before or after:
        changes = [("", _said(before), _said(after))]
    return [(name, _said(value)) for name, value in facts.items()], changes


def _said(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "sim" if value else "não"
    if isinstance(value, list):
        return ", ".join(_said(one) for one in value)
    return str(value)
