"""Visits as the desk follows them and as the customer reads them."""

from __future__ import annotations

import hashlib
from io import BytesIO

import httpx
from PIL import Image

from server.visits.tables import Visit
from tests.desk.office import Office, picture
from tests.service_orders.world import found_reseller

HTMX = {"hx-request": "true"}


async def test_ana_filters_visits_by_the_call_and_by_state(office: Office, ana: httpx.AsyncClient) -> None:
    await office.visit()
    await office.visit(state="working")
    assert (await ana.get("/visits")).text.count("data-row") == 2
    assert (await ana.get("/visits?web_number=1")).text.count("data-row") == 1
    assert (await ana.get("/visits?state=underway")).text.count("Em atendimento") == 1
    assert "Nenhum atendimento com estes filtros" in (await ana.get("/visits?state=cancelled")).text
    refused = await ana.get("/visits?web_number=abc")
    assert (refused.status_code, "Use só números." in refused.text) == (422, True)


async def test_the_page_shows_both_clocks_the_way_and_the_evidence(
    office: Office, ana: httpx.AsyncClient
) -> None:
    visit = await office.visit()
    page = (await ana.get(f"/visits/{visit.id}")).text
    assert "Distância percorrida: 7,754 km (27 minutos)" in page
    assert "Chegada registrada a 40 m do endereço." in page
    assert "relógio do aparelho 12 min atrasado" in page
    assert "recebido 1 h 45 min depois" in page
    assert "123.456" in page
    assert "menor que a anterior" in page
    assert "Rosa Lima" in page
    assert visit.content_hash in page
    assert "confere" in page
    assert "data-route=" in page


async def test_a_photo_without_its_file_waits_for_it(office: Office, ana: httpx.AsyncClient) -> None:
    visit = await office.visit(photos=0)
    photo_id = await office.add_photo(visit.id, "Visor", content=b"")
    assert "aguardando arquivo" in (await ana.get(f"/visits/{visit.id}")).text
    assert (await ana.get(f"/visits/{visit.id}/photos/{photo_id}")).status_code == 404


async def test_a_picture_is_served_as_a_picture_and_nothing_else(
    office: Office, ana: httpx.AsyncClient
) -> None:
    visit = await office.visit(photos=0)
    content = picture("navy")
    photo_id = await office.add_photo(visit.id, "Antes", content=content)
    address = f"/visits/{visit.id}/photos/{photo_id}"
    answer = await ana.get(address)
    assert answer.content == content
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["content-disposition"] == "inline"
    assert answer.headers["etag"] == f'"{hashlib.sha256(content).hexdigest()}"'
    again = await ana.get(address, headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_a_thumbnail_is_small_upright_and_made_once(office: Office, ana: httpx.AsyncClient) -> None:
    sideways = BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # turn right to see it upright
    Image.new("RGB", (2000, 1000), "teal").save(sideways, "JPEG", exif=exif)
    visit = await office.visit(photos=0)
    photo_id = await office.add_photo(visit.id, "Antes", content=sideways.getvalue())
    address = f"/visits/{visit.id}/photos/{photo_id}?size=small"
    first = await ana.get(address)
    with Image.open(BytesIO(first.content)) as small:
        assert small.size == (240, 480)
        assert not small.getexif()
    office.put(hashlib.sha256(sideways.getvalue()).hexdigest(), b"the original is not read again")
    assert (await ana.get(address)).content == first.content


async def test_a_picture_that_nobody_can_decode_has_no_thumbnail_and_is_still_there(
    office: Office, ana: httpx.AsyncClient
) -> None:
    out = BytesIO()
    Image.effect_noise((640, 480), 60).save(out, "PNG")
    broken = out.getvalue()[:20_000]
    visit = await office.visit(photos=0)
    photo_id = await office.add_photo(visit.id, "Antes", content=broken)
    address = f"/visits/{visit.id}/photos/{photo_id}"
    assert (await ana.get(f"{address}?size=small")).status_code == 404
    assert (await ana.get(address)).content == broken


async def test_ana_accepts_a_discrepancy_with_a_note_and_not_without(
    office: Office, ana: httpx.AsyncClient
) -> None:
    visit = await office.visit()
    discrepancy_id = await office.doubt(visit)
    page = (await ana.get(f"/visits/{visit.id}")).text
    assert "Leitura menor que a anterior" in page
    assert "mono: lido 123.456, anterior 200.000" in page
    address = f"/visits/{visit.id}/discrepancies/{discrepancy_id}/acceptance"
    refused = await ana.post(address, data={"note": " "}, headers=HTMX)
    assert (refused.status_code, "Diga o motivo." in refused.text) == (422, True)
    assert (await ana.post(address, data={"note": "Placa trocada"})).status_code == 303
    page = (await ana.get(f"/visits/{visit.id}")).text
    assert "Placa trocada" in page
    assert "aceita em" in page
    again = await ana.post(address, data={"note": "De novo"})
    assert again.status_code == 409


async def test_a_discrepancy_is_accepted_on_its_own_visit_only(
    office: Office, ana: httpx.AsyncClient
) -> None:
    visit, other = await office.visit(), await office.visit()
    discrepancy_id = await office.doubt(visit)
    answer = await ana.post(
        f"/visits/{other.id}/discrepancies/{discrepancy_id}/acceptance", data={"note": "x"}
    )
    assert answer.status_code == 404


async def test_carla_sees_the_finished_visit_and_not_its_doubts(
    office: Office, carla: httpx.AsyncClient
) -> None:
    visit = await office.visit()
    await office.doubt(visit)
    withdrawn = await office.add_photo(visit.id, "Borrada", content=picture("gray"), withdrawn=True)
    page = (await carla.get(f"/visits/{visit.id}")).text
    assert "Rolo gasto" in page
    assert "Leitura menor que a anterior" not in page
    assert "Borrada" not in page
    assert "data-route=" not in page
    assert "Recebimento" not in page
    assert (await carla.get(f"/visits/{visit.id}/photos/{withdrawn}")).status_code == 404
    for lists in ("/visits", "/service-orders", f"/service-orders/{visit.service_order_id}"):
        assert "divergência" not in (await carla.get(lists)).text


async def test_carla_does_not_see_where_tiago_is_now(office: Office, carla: httpx.AsyncClient) -> None:
    visit = await office.visit(state="travelling")
    assert (await carla.get(f"/visits/{visit.id}")).status_code == 404
    assert (await carla.get("/visits")).text.count("data-row") == 0
    assert str(visit.id) not in (await carla.get(f"/service-orders/{visit.service_order_id}")).text


async def test_the_report_is_a_pdf_that_opens_in_the_browser(office: Office, ana: httpx.AsyncClient) -> None:
    visit = await office.visit(photos=2)
    answer = await ana.get(f"/visits/{visit.id}/report.pdf")
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF-")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'inline; filename="OS-1.pdf"'
    assert "sandbox" not in answer.headers["content-security-policy"]


async def test_a_spoilt_or_lost_file_does_not_cost_the_report(office: Office, ana: httpx.AsyncClient) -> None:
    visit = await office.visit(photos=1)
    files = list((office.settings.data_dir / "files" / str(office.world.reseller_id)).iterdir())
    for file in files:
        file.write_bytes(b"not a picture")
    spoilt = await ana.get(f"/visits/{visit.id}/report.pdf")
    assert (spoilt.status_code, spoilt.content[:5]) == (200, b"%PDF-")
    for file in files:
        file.unlink()
    lost = await ana.get(f"/visits/{visit.id}/report.pdf")
    assert (lost.status_code, lost.content[:5]) == (200, b"%PDF-")


async def test_a_visit_of_another_reseller_does_not_exist(office: Office, ana: httpx.AsyncClient) -> None:
    stranger = Office(await found_reseller("outra"), office.settings, office.transport)
    visit: Visit = await stranger.visit()
    for part in ("", "/report.pdf", "/signature.png"):
        assert (await ana.get(f"/visits/{visit.id}{part}")).status_code == 404
