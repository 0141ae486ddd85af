"""What a report says of a visit, and to whom."""

from __future__ import annotations

from dataclasses import replace

from server.accounts.actor import Actor
from server.printing.letterhead import find_letterhead
from server.visits.disclosure import as_seen_by
from server.visits.queries import get_visit
from server.visits.report.compose import compose
from server.visits.report.document import Report
from server.visits.tables import Visit
from server.web.stores import object_store
from tests.desk.office import Office
from tests.service_orders.world import NOW


async def composed(office: Office, visit: Visit, actor: Actor, *, printed: int = 1) -> Report:
    detail = as_seen_by(actor, await get_visit(actor, visit.id))
    files = {photo.id: f"photo-{number}.jpg" for number, photo in enumerate(detail.photos[:printed], 1)}
    letterhead, _ = await find_letterhead(actor, office.world.company_id, object_store(office.settings))
    return compose(
        detail,
        letterhead,
        files,
        has_signature_file=True,
        now=NOW,
        timezone="America/Sao_Paulo",
        with_remarks=not actor.is_of_customer,
    )


async def test_it_says_who_went_where_and_what_was_done(office: Office) -> None:
    report = await composed(office, await office.visit(), office.world.ana)
    assert report.number == "OS 1"
    assert report.subtitle == "Concluído por Tiago em 02/03/2026"
    assert report.letterhead.name == "Ilha"
    assert report.letterhead.lines[0] == "Ilha Ltda · CNPJ 11.222.333/0001-81"
    assert {fact.label: fact.text for fact in report.machine}["Série"] == "BRB1234"
    assert {fact.label: fact.text for fact in report.work} == {
        "Resultado": "Concluído",
        "Laudo": "Rolo gasto",
        "Solução": "Troca do rolo",
    }
    assert report.travel == "Distância percorrida: 7,754 km (27 minutos). Método: GPS."
    assert (report.readings[0].mono, report.readings[0].remark) == ("123.456", "menor que a anterior")


async def test_its_timeline_tells_where_the_clock_was_wrong(office: Office) -> None:
    report = await composed(office, await office.visit(), office.world.ana)
    assert [step.time for step in report.steps][:3] == ["08:00", "08:03", "08:30"]
    assert [step.day for step in report.steps][:2] == ["02/03/2026", ""]
    assert "relógio do aparelho 12 min atrasado" in report.steps[0].remark
    assert report.steps[2].remark.startswith("Chegada registrada a 40 m do endereço")


async def test_it_carries_the_hash_of_what_was_signed(office: Office) -> None:
    visit = await office.visit()
    signing = (await composed(office, visit, office.world.ana)).signing
    assert signing is not None
    assert "".join(signing.content_hash) == visit.content_hash
    assert (signing.name, signing.document) == ("Rosa Lima", "012.345.678-90")


async def test_photos_that_are_not_on_paper_are_counted(office: Office) -> None:
    visit = await office.visit(photos=3)
    await office.add_photo(visit.id, "Visor", content=b"")
    report = await composed(office, visit, office.world.ana, printed=1)
    assert len(report.pictures) == 1
    assert report.pictures_note == "1 foto aguarda o arquivo. Mais 2 fotos no portal."


async def test_the_office_reads_the_doubts_and_the_customer_does_not(office: Office) -> None:
    visit = await office.visit()
    await office.doubt(visit)
    office_copy = await composed(office, visit, office.world.ana)
    customer_copy = await composed(office, visit, office.world.carla)
    assert office_copy.remarks == ("Leitura menor que a anterior. Em aberto.",)
    assert customer_copy.remarks == ()
    assert replace(customer_copy, remarks=office_copy.remarks) == office_copy
